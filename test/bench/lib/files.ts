/** Files to measure with: fresh content each time, written to disk and still in the page cache. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';

const chunkBytes = 8_388_608;
const perFolder = 1_000;

/** Writes an MP4 of exactly `bytes` with random frames, in a folder that is made if missing. */
export function makeVideo(file: string, bytes: number): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const type = box('ftyp', Buffer.from('isom\0\0\x02\0isomiso2mp41', 'latin1'));
  const movie = box('moov', Buffer.alloc(0));
  // A size of 1 says that the real one, of 64 bits, follows.
  const head = Buffer.concat([Buffer.from([0, 0, 0, 1]), Buffer.from('mdat'), Buffer.alloc(8)]);
  const mediaBytes = bytes - type.length - movie.length;
  head.writeBigUInt64BE(BigInt(mediaBytes), 8);
  const out = fs.openSync(file, 'w');
  try {
    for (const part of [type, movie, head]) fs.writeSync(out, part);
    for (let left = mediaBytes - head.length; left > 0; left -= chunkBytes) {
      fs.writeSync(out, randomBytes(Math.min(chunkBytes, left)));
    }
  } finally {
    fs.closeSync(out);
  }
}

/** Writes `count` small JPEGs of exactly `bytes` each to folders of a thousand below `dir`, no two alike. */
export async function makeSmallPhotos(dir: string, count: number, bytes: number): Promise<void> {
  const pixels = { width: 64, height: 48, channels: 3, background: '#8a6642' } as const;
  const jpeg = await sharp({ create: pixels }).jpeg({ quality: 70 }).toBuffer();
  // A comment takes up what is left of the size; readers skip it.
  const commentBytes = bytes - jpeg.length - 4;
  const comment = Buffer.alloc(commentBytes + 4, randomBytes(512).toString('hex'));
  comment.writeUInt16BE(0xfffe, 0);
  comment.writeUInt16BE(commentBytes + 2, 2);
  const photo = Buffer.concat([jpeg.subarray(0, 2), comment, jpeg.subarray(2)]);
  for (let index = 0; index < count; index++) {
    const folder = path.join(dir, `DCIM${String(Math.floor(index / perFolder)).padStart(3, '0')}`);
    if (index % perFolder === 0) fs.mkdirSync(folder, { recursive: true });
    photo.write(String(index).padStart(8, '0'), 6, 'latin1');
    fs.writeFileSync(path.join(folder, `IMG_${String(index).padStart(6, '0')}.jpg`), photo);
  }
}

/** Waits until everything that was written is on the disk, and reads it once: warm for whoever comes. */
export function settleFiles(dir: string): void {
  // One call for the whole file system: a hundred thousand calls for a file each take minutes.
  execFileSync('sync', ['-f', dir]);
  const buffer = Buffer.allocUnsafe(chunkBytes);
  for (const entry of fs.readdirSync(dir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = fs.openSync(path.join(entry.parentPath, entry.name), 'r');
    try {
      while (fs.readSync(file, buffer) > 0);
    } finally {
      fs.closeSync(file);
    }
  }
}

function box(name: string, content: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(content.length + 8, 0);
  head.write(name, 4, 'latin1');
  return Buffer.concat([head, content]);
}
