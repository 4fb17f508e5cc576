/** A queue that has grown: the app opens it as its own. Written by the queue's own calls, from the sources. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { runnerImport } from 'vite';
import type * as DatabaseModule from '../../../main/queue/database.ts';
import type * as QueueModule from '../../../main/queue/photo-queue.ts';

const perTransaction = 1_000;
/** Longer than any measurement takes. */
const dayMs = 86_400_000;

/** From the sources, with what Vite makes of an imported `.sql`. */
async function load<T>(file: string): Promise<T> {
  const url = path.join(import.meta.dirname, '../../../main/queue', file);
  return (await runnerImport<T>(url, { configFile: false, logLevel: 'error' })).module;
}

/**
 * Writes a queue of `rows` to the user-data folder `dir`: half of them done, half waiting for another try that is due in a
 * day. None of their files exists, and none is looked for.
 */
export async function fillQueue(dir: string, owner: string, rows: number): Promise<void> {
  const { openDatabase } = await load<typeof DatabaseModule>('database.ts');
  const { createPhotoQueue } = await load<typeof QueueModule>('photo-queue.ts');
  fs.mkdirSync(dir, { recursive: true });
  const { db, close } = openDatabase(path.join(dir, 'queue.sqlite'));
  const queue = createPhotoQueue(db, Date.now);
  const nextTryAt = Date.now() + dayMs;
  for (let first = 0; first < rows; first += perTransaction) {
    const count = Math.min(perTransaction, rows - first);
    queue.add(
      owner,
      Array.from({ length: count }, (_, index) => rowOf(first + index)),
    );
    const claimed = queue.claim(owner, 'inspecting', count);
    const half = Math.floor(count / 2);
    queue.move(
      claimed.map((photo, index) =>
        index < half
          ? {
              id: photo.id,
              event: { type: 'advanced', to: 'checking' },
              facts: { inspected: inspectedOf(photo) },
            }
          : { id: photo.id, event: { type: 'failed', reason: 'local_io', nextTryAt, penalty: true } },
      ),
    );
    queue.move(
      queue.claim(owner, 'checking', count).map(({ id }) => ({
        id,
        event: { type: 'stored' },
        facts: { photoId: `photo-${id}` },
      })),
    );
  }
  close();
}

function rowOf(index: number): QueueModule.NewPhoto {
  return {
    path: `/media/archive/DCIM${Math.floor(index / 1000)}/IMG_${String(index).padStart(7, '0')}.JPG`,
    stat: {
      device: '2049',
      inode: String(10_000_000 + index),
      size: 4_000_000,
      mtimeNs: '1700000000123456789',
    },
    contentType: 'image/jpeg',
    extension: 'jpg',
  };
}

function inspectedOf({ id, stat, contentType, extension }: QueueModule.Photo): QueueModule.Inspected {
  return {
    stat,
    contentType,
    extension,
    sha256: createHash('sha256').update(`row ${id}`).digest('hex'),
    md5: null,
    takenAt: '2024-05-06T07:08:09',
    takenOffset: '+02:00',
    takenSource: 'exif-original',
    camera: 'Plate Camera',
    damage: null,
    // Otherwise the engine would look at the pictures when it is idle.
    decoded: true,
    parts: [],
    remember: null,
  };
}
