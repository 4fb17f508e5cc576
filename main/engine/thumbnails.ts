/** Small pictures for the window: of rows of the queue, and of what was archived. */
import { decodePath } from '../lib/path-text.ts';
import type { MediaPool } from '../media/media-pool.ts';
import type { PhotoQueue } from '../queue/photo-queue.ts';

const size = 256;

export interface ThumbnailDeps {
  queue: PhotoQueue;
  media: Pick<MediaPool, 'thumbnail'>;
  /** A picture has turned out to be damaged. */
  onChange: () => void;
}

/** A JPEG; null where there is none to be made, or nothing of this owner's to make it of. */
export async function thumbnailOf(
  owner: string,
  id: number,
  { queue, media, onChange }: ThumbnailDeps,
): Promise<Uint8Array | null> {
  const photo = queue.get(id);
  if (photo !== null && photo.owner !== owner) return null;
  const file = photo ?? queue.archive.file(owner, id);
  if (file === null) return null;
  const result = await media.thumbnail(decodePath(file.path), { size, contentType: file.contentType });
  const damaged = result.ok ? result.damaged === true : result.reason === 'damaged';
  if (damaged && photo?.damage === null) {
    queue.setDecoded(id, 'pixels');
    onChange();
  }
  return result.ok ? result.jpeg : null;
}
