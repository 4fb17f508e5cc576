/** Photos as cameras make them, made here; and the folder of real ones, where there is one. */
import fs from 'node:fs';
import path from 'node:path';
import sharp, { type Exif, type Sharp } from 'sharp';
import { noise } from '../../../support/files.ts';

/** A picture with so much detail that it has thousands of bytes of coded data. */
export function picture(width: number, height: number): Sharp {
  // The same picture each time: whether damage shows depends on where it falls.
  const pixels = noise(width * height * 3, 7).map((byte) => 60 + ((byte * 136) >> 8));
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

export async function jpeg(width = 320, height = 240, exif: Exif = {}): Promise<Buffer> {
  return picture(width, height).withExif(exif).jpeg().toBuffer();
}

/** A box of an ISO base media file. */
export function box(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + body.length);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, body]);
}

/** Puts a small JPEG into the head of a JPEG with EXIF, as cameras do: a second table behind the first. */
export function withThumbnail(photo: Buffer, thumbnail: Buffer, orientation = 1): Buffer {
  const tiff = Buffer.alloc(8 + 18 + 30);
  tiff.write('MM\0*', 'latin1');
  tiff.writeUInt32BE(8, 4);
  tiff.writeUInt16BE(1, 8);
  entry(tiff, 10, 0x0112, 3, orientation * 0x10000);
  tiff.writeUInt32BE(26, 22);
  tiff.writeUInt16BE(2, 26);
  entry(tiff, 28, 0x0201, 4, tiff.length);
  entry(tiff, 40, 0x0202, 4, thumbnail.length);
  const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff, thumbnail]);
  const head = Buffer.from([0xff, 0xd8, 0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(body.length + 2, 4);
  return Buffer.concat([head, body, photo.subarray(2)]);
}

function entry(table: Buffer, at: number, tag: number, type: number, value: number): void {
  table.writeUInt16BE(tag, at);
  table.writeUInt16BE(type, at + 2);
  table.writeUInt32BE(1, at + 4);
  table.writeUInt32BE(value, at + 8);
}

const photosDir =
  process.env['TINTYPE_PHOTOS'] ?? path.resolve(import.meta.dirname, '../../../../../shared/photos');

/** Paths of the real photos; none where the folder is missing. */
export function realPhotos(): string[] {
  if (!fs.existsSync(photosDir)) return [];
  return fs
    .readdirSync(photosDir, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(photosDir, name))
    .filter((file) => fs.statSync(file).isFile() && !/\.(txt|md)$/i.test(file))
    .sort();
}

/** The same numbers for the same seed, so that a failure can be run again. */
export function createRandom(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}
