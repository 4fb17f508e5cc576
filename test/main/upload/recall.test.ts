import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { seenFile } from '../../../main/lib/file-stat.ts';
import { partSizeFor } from '../../../main/lib/part-size.ts';
import { inspectFile, type InspectOptions } from '../../../main/media/inspect.ts';
import type { Photo } from '../../../main/queue/photo-queue.ts';
import { recall } from '../../../main/upload/recall.ts';
import { inspect } from '../../../main/upload/steps.ts';
import { noise, sha256, statOf, writeFile } from '../../support/files.ts';
import { openQueue, owner } from '../../support/queue.ts';
import { tempDir } from '../../support/temp-dir.ts';

const mebibyte = 1024 * 1024;
const signal = new AbortController().signal;

/** A row of this file, claimed, in a queue of its own; and how often the file was read. */
function setUp(content: Buffer | string, changedAgoMs = 3_600_000) {
  const file = writeFile(path.join(tempDir(), 'a.jpg'), content);
  const changedAt = (Date.now() - changedAgoMs) / 1000;
  fs.utimesSync(file, changedAt, changedAt);
  const { queue } = openQueue();
  let reads = 0;
  const media = {
    inspect: (target: string | Buffer, options: Pick<InspectOptions, 'md5'>) => {
      reads++;
      return Promise.resolve(inspectFile(target, { ...options, partSizeFor }));
    },
  };
  return {
    file,
    queue,
    media,
    reads: () => reads,
    /** Inspects the file in a new row, as if it had been removed from the queue and dropped again. */
    read: async (options: { md5?: boolean; strikes?: number } = {}) => {
      queue.remove(owner, [queue.claim(owner, 'checking', 1)[0]?.id ?? 0]);
      queue.add(owner, [{ path: file, stat: statOf(file), contentType: 'image/jpeg', extension: 'jpg' }]);
      const lane = statOf(file).size > 16 * mebibyte ? 'large' : 'small';
      const [claimed] = queue.claim(owner, 'inspecting', 1, lane) as [Photo];
      const photo = { ...claimed, strikes: options.strikes ?? 0 };
      const deps = { media, hashCache: queue.hashCache };
      const move = await inspect(photo, deps, { checksum: options.md5 === true ? 'MD5' : 'SHA256', signal });
      queue.move([move]);
      return queue.get(photo.id) as Photo;
    },
  };
}

it('takes what an earlier reading found, parts included, and the row goes on as if it had been read', async () => {
  const content = noise(20 * mebibyte, 4);
  const { read, reads, queue } = setUp(content);
  const first = await read();
  const firstParts = queue.ledger.parts(first.id);
  const again = await read();
  expect(reads()).toBe(1);
  expect(again).toEqual({ ...first, id: again.id });
  expect([again.sha256, firstParts.length]).toEqual([sha256(content), 3]);
  expect(queue.ledger.parts(again.id)).toEqual(firstParts);
});

it('reads again for an MD5 that nobody asked for before, and remembers that too', async () => {
  const { read, reads } = setUp('bytes');
  await read();
  expect((await read({ md5: true })).md5).not.toBeNull();
  await read({ md5: true });
  await read();
  expect(reads()).toBe(2);
});

it('reads again when the bytes were wrong at the store', async () => {
  const { read, reads } = setUp('bytes');
  await read();
  await read({ strikes: 1 });
  expect(reads()).toBe(2);
});

it('reads a file that was written a moment ago each time', async () => {
  const { read, reads } = setUp('bytes', 500);
  await read();
  await read();
  expect(reads()).toBe(2);
});

it('reads a file again whose digests are of parts of another size, as another Tintype may cut them', async () => {
  const { file, queue, read, reads } = setUp(noise(17 * mebibyte));
  const photo = await read();
  const seen = seenFile(fs.statSync(file, { bigint: true }));
  const found = queue.hashCache.find(file, seen);
  expect(await recall(photo, queue.hashCache, { md5: false })).toMatchObject({ sha256: found?.sha256 });
  const parts = [{ size: 17 * mebibyte, sha256: photo.sha256 ?? '', md5: null }];
  if (found !== null) queue.hashCache.remember(file, seen, { ...found, parts });
  expect(await recall(photo, queue.hashCache, { md5: false })).toBeNull();
  expect(reads()).toBe(1);
});

it('has the MD5 of a large file by its parts alone', async () => {
  const { read, reads, queue } = setUp(noise(17 * mebibyte, 5));
  await read();
  const photo = await read({ md5: true });
  await read({ md5: true });
  expect(reads()).toBe(2);
  expect(photo.md5).toBeNull();
  expect(queue.ledger.parts(photo.id).every(({ md5 }) => md5 !== null)).toBe(true);
});

it('has the parts of a file that has grown large since it was dropped', async () => {
  const { file, queue, media } = setUp('small');
  queue.add(owner, [{ path: file, stat: statOf(file), contentType: 'video/mp4', extension: 'mp4' }]);
  const [photo] = queue.claim(owner, 'inspecting', 1) as [Photo];
  const content = noise(17 * mebibyte, 6);
  fs.writeFileSync(file, content);
  queue.move([await inspect(photo, { media, hashCache: queue.hashCache }, { checksum: 'SHA256', signal })]);
  expect(queue.get(photo.id)).toMatchObject({ sha256: sha256(content), stat: { size: content.length } });
  expect(queue.ledger.parts(photo.id).map(({ size }) => size)).toEqual([
    8 * mebibyte,
    8 * mebibyte,
    mebibyte,
  ]);
});

it('leaves a file that is gone to whoever reads it', async () => {
  const { file, queue, read } = setUp('bytes');
  const photo = await read();
  fs.rmSync(file);
  expect(await recall(photo, queue.hashCache, { md5: false })).toBeNull();
});
