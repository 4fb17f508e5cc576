/** Small pictures for the window, and the proof that a photo's pixels can be decoded. */
import fs from 'node:fs';
import sharp, { type Sharp, type SharpOptions } from 'sharp';
import { readCameraFacts } from './exif.ts';
import { createFileBytes } from './file-bytes.ts';
import { fileTypes } from './file-types.ts';
import { decodeHeic } from './heic.ts';
import { readJpegHead } from './jpeg-structure.ts';

export interface ThumbnailOptions {
  /** Pixels of the longer edge, at most. */
  size: number;
  contentType: string;
}

export interface Thumbnail {
  ok: true;
  /** Upright, sRGB, without any metadata. */
  jpeg: Buffer;
  width: number;
  height: number;
  /** The photo itself was decoded; false when the thumbnail was ready in its head. */
  verified: boolean;
  /** The photo cannot be decoded to its end: this shows what is there. */
  damaged?: true;
}

export type ThumbnailResult = Thumbnail | { ok: false; reason: 'unsupported' | 'damaged' | 'unreadable' };

// No picture is decoded twice: what libvips keeps for that is memory for nothing.
sharp.cache(false);

/** What decoding a whole picture says of it; `unknown` where it cannot be decoded here. */
export type Verdict = 'whole' | 'damaged' | 'unknown';

/** A panorama of a good camera has a fifth of that; what claims more is a trap or no photo. */
const maxPixels = 500_000_000;
/** The WebAssembly decoder holds the whole picture twice. */
const maxHeicPixels = 120_000_000;
/** For what has to be read into memory: HEIC, and files whose names are not UTF-8. */
const maxInMemory = 512 * 1024 * 1024;
const decodeSeconds = 15;
const maxEmbedded = 1024 * 1024;

/**
 * A picture of at most `size` pixels: the one that the camera put into the file's head if it will do, else the photo
 * itself, made small. Never throws.
 */
export async function makeThumbnail(
  path: string | Buffer,
  options: ThumbnailOptions,
): Promise<ThumbnailResult> {
  return withFile(path, async (file) => (await embeddedThumbnail(file, options)) ?? decode(file, options));
}

/** Decodes the photo itself to its end. Never throws. */
export async function verifyPixels(path: string | Buffer, contentType: string): Promise<Verdict> {
  const result = await withFile(path, async (file) => decode(file, { size: 32, contentType }));
  // HEVC decoders paint over what they cannot read, and say nothing.
  if (result.ok && isHevc(contentType)) return 'unknown';
  if (result.ok) return result.damaged === true ? 'damaged' : 'whole';
  return result.reason === 'damaged' ? 'damaged' : 'unknown';
}

interface OpenFile {
  path: string | Buffer;
  fd: number;
  size: number;
}

async function withFile(
  path: string | Buffer,
  use: (file: OpenFile) => Promise<ThumbnailResult>,
): Promise<ThumbnailResult> {
  let fd: number | null = null;
  try {
    // Before opening: to open a named pipe waits for its writer.
    if (!fs.statSync(path).isFile()) return { ok: false, reason: 'unreadable' };
    fd = fs.openSync(path, fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0));
    return await use({ path, fd, size: fs.fstatSync(fd).size });
  } catch {
    // The file system's errors; decoders' errors are judged where they decode. The upload will meet and explain it.
    return { ok: false, reason: 'unreadable' };
  } finally {
    if (fd !== null) fs.closeSync(fd);
  }
}

/**
 * The EXIF thumbnail, if it is large enough, decodes, and is of the same shape as the photo: programs that crop leave
 * the old one behind, and cameras put black bars around some.
 */
async function embeddedThumbnail(
  file: OpenFile,
  { size, contentType }: ThumbnailOptions,
): Promise<Thumbnail | null> {
  if (contentType !== fileTypes.jpeg.contentType) return null;
  const bytes = createFileBytes(file.fd, file.size, Buffer.alloc(0));
  const { orientation, thumbnail } = readCameraFacts(contentType, bytes, 0);
  if (thumbnail === null || thumbnail.length > maxEmbedded) return null;
  const photo = readJpegHead(bytes);
  if (photo === null || photo.height === 0) return null;
  const found = Buffer.from(bytes.read(thumbnail.offset, thumbnail.length));
  try {
    const image = sharp(found, { failOn: 'warning', limitInputPixels: 1_000_000 });
    const { width, height } = await image.metadata();
    const shape = (width * photo.height) / (height * photo.width);
    if (Math.max(width, height) * 2 < size || shape < 0.97 || shape > 1.03) return null;
    return { ...(await toJpeg(turn(image, orientation), size)), verified: false };
  } catch {
    // A broken thumbnail says nothing of the photo: that is decoded then.
    return null;
  }
}

/** Upright, by EXIF orientation; sharp mirrors before it turns. */
function turn(image: Sharp, orientation: number): Sharp {
  const angle = [0, 0, 0, 180, 0, 90, 90, 90, 270][orientation] ?? 0;
  return image
    .rotate(angle)
    .flop(orientation === 2 || orientation === 7)
    .flip(orientation === 4 || orientation === 5);
}

function isHevc(contentType: string): boolean {
  return contentType === fileTypes.heic.contentType || contentType === fileTypes.heif.contentType;
}

async function decode(file: OpenFile, { size, contentType }: ThumbnailOptions): Promise<ThumbnailResult> {
  switch (contentType) {
    case fileTypes.heic.contentType:
    case fileTypes.heif.contentType:
      return decodeHevc(file, size);
    case fileTypes.jpeg.contentType:
    case fileTypes.png.contentType:
    case fileTypes.gif.contentType:
    case fileTypes.webp.contentType:
      return decodeBySharp(file, contentType, size, 'damaged');
    case fileTypes.tiff.contentType:
    case fileTypes.avif.contentType:
      // They have more forms than sharp knows: a failure need not be the file's fault.
      return decodeBySharp(file, contentType, size, 'unsupported');
    default:
      return { ok: false, reason: 'unsupported' };
  }
}

async function decodeHevc(file: OpenFile, size: number): Promise<ThumbnailResult> {
  if (file.size > maxInMemory) return { ok: false, reason: 'unsupported' };
  const outcome = await decodeHeic(fs.readFileSync(file.fd), maxHeicPixels);
  if (!outcome.ok) return outcome;
  const { data, width, height } = outcome.picture;
  const image = sharp(data, { raw: { width, height, channels: 4 }, limitInputPixels: maxHeicPixels });
  return { ...(await toJpeg(image, size)), verified: true };
}

async function decodeBySharp(
  file: OpenFile,
  contentType: string,
  size: number,
  onFailure: 'damaged' | 'unsupported',
): Promise<ThumbnailResult> {
  if (typeof file.path !== 'string' && file.size > maxInMemory) return { ok: false, reason: 'unsupported' };
  const input = typeof file.path === 'string' ? file.path : fs.readFileSync(file.fd);
  const open = (options: SharpOptions): Sharp =>
    sharp(input, { limitInputPixels: maxPixels, ...options }).autoOrient();

  try {
    const { width, height } = await open({ failOn: 'none', limitInputPixels: false }).metadata();
    if (width * height > maxPixels) return { ok: false, reason: 'unsupported' };
  } catch {
    return { ok: false, reason: onFailure };
  }
  try {
    // A broken Huffman code is but a warning to libjpeg; other decoders warn of harmless tags too.
    const failOn = contentType === fileTypes.jpeg.contentType ? 'warning' : 'error';
    return { ...(await toJpeg(open({ failOn }), size)), verified: true };
  } catch {
    // Once more, taking what is there; `unlimited` is what makes libvips go on after many warnings.
  }
  try {
    return {
      ...(await toJpeg(open({ failOn: 'none', unlimited: true }), size)),
      verified: true,
      damaged: true,
    };
  } catch {
    return { ok: false, reason: onFailure };
  }
}

async function toJpeg(
  image: Sharp,
  size: number,
): Promise<Pick<Thumbnail, 'ok' | 'jpeg' | 'width' | 'height'>> {
  const { data, info } = await image
    .resize(size, size, { fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .timeout({ seconds: decodeSeconds })
    .jpeg({ quality: 80 })
    .toBuffer({ resolveWithObject: true });
  // The WebAssembly build answers with its own, shared memory, which cannot be posted and is used again.
  return { ok: true, jpeg: Buffer.from(data), width: info.width, height: info.height };
}
