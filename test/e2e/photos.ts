/** Real photos for tests: every one decodes, no two have the same content, and a thousand take a second. */
import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import sharp, { type Sharp } from 'sharp';

export interface TestPhoto {
  path: string;
  sha256: string;
  size: number;
}

const exifDate = '2001:01:01 00:00:00';
const maxSegment = 65_000;

/**
 * Writes `count` JPEGs with EXIF dates to `dir`, which is made if missing.
 *
 * @param bytes the exact size of each, or of the one with this index from 0; at least what a small image takes
 *   (about 4 kB). Smaller wishes are ignored.
 */
export async function makePhotos(
  dir: string,
  count: number,
  { bytes = 0, prefix = 'IMG' }: { bytes?: number | ((index: number) => number); prefix?: string } = {},
): Promise<TestPhoto[]> {
  fs.mkdirSync(dir, { recursive: true });
  const images = await Promise.all([...Array(Math.min(count, 6)).keys()].map(baseJpeg));
  // Does not compress, like the pixels of a photo.
  const filler = randomBytes(maxSegment);
  const salt = path.resolve(dir);
  return [...Array(count).keys()].map((index) => {
    const name = `${prefix}_${String(index + 1).padStart(4, '0')}.jpg`;
    const jpeg = dated(images[index % images.length] ?? Buffer.alloc(0), index);
    const size = typeof bytes === 'number' ? bytes : bytes(index);
    return write(path.join(dir, name), padded(withComment(jpeg, `${salt}/${name}`), size, filler));
  });
}

/** One photo of each kind that the app knows and that can be made here, in `dir`. */
export async function makePhotosOfEveryKind(dir: string): Promise<TestPhoto[]> {
  fs.mkdirSync(dir, { recursive: true });
  const image = (): Sharp => sharp(scene(7)).withExif(exif);
  const files: [string, Promise<Buffer>][] = [
    ['Plate.png', image().png().toBuffer()],
    ['Wet plate.webp', image().webp().toBuffer()],
    ['Scan.tiff', image().tiff({ compression: 'lzw' }).toBuffer()],
    ['Tiny.gif', image().resize(64).gif().toBuffer()],
    ['Modern.avif', image().resize(160).avif({ effort: 0 }).toBuffer()],
    // A name says nothing about the content.
    ['no extension', image().rotate(90).jpeg().toBuffer()],
    ['Übung – 写真.jpeg', image().flip().jpeg().toBuffer()],
  ];
  return Promise.all(files.map(async ([name, content]) => write(path.join(dir, name), await content)));
}

/** A JPEG that breaks off in the middle of its pixels: still somebody's photo. */
export async function makeTornPhoto(file: string): Promise<TestPhoto> {
  const jpeg = await sharp(scene(3)).resize(1200).jpeg({ quality: 90 }).toBuffer();
  return write(file, jpeg.subarray(0, Math.floor(jpeg.length / 2)));
}

/** Every regular file below `dir`, in path order, with its digest. */
export function findPhotos(dir: string): TestPhoto[] {
  return fs
    .readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => describe(path.join(entry.parentPath, entry.name)))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function write(file: string, content: Buffer): TestPhoto {
  fs.writeFileSync(file, content);
  return { path: file, sha256: sha256(content), size: content.length };
}

function describe(file: string): TestPhoto {
  const content = fs.readFileSync(file);
  return { path: file, sha256: sha256(content), size: content.length };
}

const exif = {
  IFD0: { Make: 'Tintype', Model: 'Plate Camera' },
  IFD2: { DateTimeOriginal: exifDate, OffsetTimeOriginal: '+02:00' },
};

/** A landscape whose colours depend on the index. */
function scene(index: number): Buffer {
  const hue = (index * 53) % 360;
  return Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="480" height="360">
    <defs><linearGradient id="sky" x2="0" y2="1"><stop stop-color="hsl(${hue},60%,35%)"/>
    <stop offset="1" stop-color="hsl(${hue + 40},70%,75%)"/></linearGradient></defs>
    <rect width="480" height="360" fill="url(#sky)"/>
    <circle cx="${90 + index * 45}" cy="${130 - index * 8}" r="34" fill="hsl(45,90%,85%)"/>
    <path d="M0 280 120 150 210 250 300 170 480 300V360H0z" fill="hsl(${hue + 180},25%,28%)"/>
    <path d="M0 320 160 240 480 340V360H0z" fill="hsl(${hue + 180},30%,16%)"/></svg>`);
}

function baseJpeg(index: number): Promise<Buffer> {
  return sharp(scene(index)).withExif(exif).jpeg({ quality: 80 }).toBuffer();
}

/** The same JPEG taken `index` minutes later. */
function dated(jpeg: Buffer, index: number): Buffer {
  const at = jpeg.indexOf(exifDate, 0, 'latin1');
  if (at < 0) throw new Error('The base image has no EXIF date.');
  const date = new Date(Date.UTC(2024, 4, 6, 7, index)).toISOString();
  const copy = Buffer.from(jpeg);
  copy.write(date.slice(0, 19).replaceAll('-', ':').replace('T', ' '), at, 'latin1');
  return copy;
}

/** Readers skip comments, but the bytes are different ones. */
function withComment(jpeg: Buffer, text: string): Buffer {
  return insert(jpeg, segment(0xfe, Buffer.from(text)));
}

/** Grown to exactly `size` by segments that every reader skips. */
function padded(jpeg: Buffer, size: number, filler: Buffer): Buffer {
  const segments: Buffer[] = [];
  for (let left = size - jpeg.length; left >= 4;) {
    // What is left after this one must be nothing, or enough for a segment of its own.
    const length = left <= maxSegment ? left : Math.min(maxSegment, left - 4);
    segments.push(segment(0xef, filler.subarray(0, length - 4)));
    left -= length;
  }
  return segments.length === 0 ? jpeg : insert(jpeg, Buffer.concat(segments));
}

function segment(marker: number, content: Uint8Array): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([head, content]);
}

/** Behind the application segments: readers look for EXIF near the beginning. */
function insert(jpeg: Buffer, extra: Buffer): Buffer {
  let at = 2;
  while (((jpeg[at + 1] ?? 0) & 0xf0) === 0xe0) at += 2 + jpeg.readUInt16BE(at + 2);
  return Buffer.concat([jpeg.subarray(0, at), extra, jpeg.subarray(at)]);
}
