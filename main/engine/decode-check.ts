/**
 * Decodes every picture once, to mark those that look damaged.
 *
 * [Note: Damage is looked for when idle] A JPEG whose middle is gone has a sound head and a sound end; only decoding
 * it whole shows the gap, and that takes ten times as long as hashing it. So it never holds an upload up: one picture
 * at a time, and only while no row is being worked on.
 */
import { decodePath } from '../lib/path-text.ts';
import type { MediaPool } from '../media/media-pool.ts';
import type { PhotoQueue } from '../queue/photo-queue.ts';

export interface DecodeCheck {
  /** The engine may have become idle, or new pictures may be there. */
  poke(): void;
  /** Pictures are waiting to be decoded. */
  pending(): boolean;
  /** Begins no further picture; the outcome of the one under way is dropped. */
  stop(): void;
}

export interface DecodeCheckDeps {
  owner: string;
  queue: Pick<PhotoQueue, 'nextUndecoded' | 'setDecoded' | 'get'>;
  media: Pick<MediaPool, 'verify'>;
  idle: () => boolean;
  /** A picture turned out to be damaged, or the last one is through. */
  onChange: () => void;
  /** The queue could not be read or written. */
  onFailure: (error: unknown) => void;
}

export function createDecodeCheck({
  owner,
  queue,
  media,
  idle,
  onChange,
  onFailure,
}: DecodeCheckDeps): DecodeCheck {
  let running = false;
  const stopping = new AbortController();

  const run = async (): Promise<void> => {
    let decoded = 0;
    while (!stopping.signal.aborted && idle()) {
      const photo = queue.nextUndecoded(owner);
      if (photo === null) {
        // To find nothing is no news: telling of it would bring the next poke, and so on for ever.
        if (decoded > 0) onChange();
        return;
      }
      const verdict = await media.verify(decodePath(photo.path), photo.contentType);
      if (stopping.signal.aborted) return;
      // A file that was inspected again meanwhile is another picture: its turn comes.
      if (queue.get(photo.id)?.sha256 !== photo.sha256) continue;
      decoded++;
      queue.setDecoded(photo.id, verdict === 'damaged' ? 'pixels' : null);
      if (verdict === 'damaged') onChange();
    }
  };
  return {
    poke: () => {
      if (stopping.signal.aborted || running || !idle()) return;
      running = true;
      void run()
        .catch(onFailure)
        .finally(() => {
          running = false;
        });
    },
    pending: () => queue.nextUndecoded(owner) !== null,
    stop: () => {
      stopping.abort();
    },
  };
}
