/** Where a file keeps its EXIF: a TIFF, whatever the file is. */
import type { FileBytes } from './file-bytes.ts';
import { fileTypes } from './file-types.ts';
import { readTiffStart, type TiffStart } from './tiff-table.ts';

/** How much of the file's start is searched where the format gives no short way: cameras write their tables first. */
const searchBytes = 128 * 1024;
const maxSteps = 10_000;

/** Null where there is none. Never follows the file further than a bounded number of steps. */
export function findExif(contentType: string, bytes: FileBytes): TiffStart | null {
  switch (contentType) {
    case fileTypes.jpeg.contentType:
      return jpegExif(bytes, 0);
    case fileTypes.raf.contentType: {
      const offset = bytes.read(84, 4);
      return offset.length < 4 ? null : jpegExif(bytes, offset.readUInt32BE(0));
    }
    case fileTypes.png.contentType:
      return pngExif(bytes);
    case fileTypes.webp.contentType:
      return webpExif(bytes);
    case fileTypes.heic.contentType:
    case fileTypes.heif.contentType:
    case fileTypes.avif.contentType:
      return isoMediaExif(bytes);
    default:
      // Olympus and Panasonic have a number of their own where TIFF has 42.
      return /^(?:II[*RU]|IIRO|MM\0\*|MMOR)/.test(bytes.read(0, 4).toString('latin1'))
        ? readTiffStart(bytes, 0)
        : null;
  }
}

const exifMark = Buffer.from('Exif\0\0', 'latin1');

/** The first `APP1` segment that says `Exif`. */
function jpegExif(bytes: FileBytes, start: number): TiffStart | null {
  let offset = start + 2;
  for (let step = 0; step < maxSteps; step++) {
    const segment = bytes.read(offset, 10);
    if (segment.length < 10 || segment[0] !== 0xff || segment[1] === 0xda) return null;
    if (segment[1] === 0xe1 && segment.subarray(4).equals(exifMark)) return readTiffStart(bytes, offset + 10);
    offset += 2 + segment.readUInt16BE(2);
  }
  return null;
}

function pngExif(bytes: FileBytes): TiffStart | null {
  let offset = 8;
  for (let step = 0; step < maxSteps; step++) {
    const chunk = bytes.read(offset, 8);
    if (chunk.length < 8) return null;
    if (chunk.toString('latin1', 4, 8) === 'eXIf') return readTiffStart(bytes, offset + 8);
    offset += 12 + chunk.readUInt32BE(0);
  }
  return null;
}

/** The `EXIF` chunk: in some files behind the mark that it has in a JPEG. */
function webpExif(bytes: FileBytes): TiffStart | null {
  let offset = 12;
  for (let step = 0; step < maxSteps; step++) {
    const chunk = bytes.read(offset, 14);
    if (chunk.length < 14) return null;
    if (chunk.toString('latin1', 0, 4) === 'EXIF') {
      return readTiffStart(bytes, offset + (chunk.subarray(8).equals(exifMark) ? 14 : 8));
    }
    const length = chunk.readUInt32LE(4);
    offset += 8 + length + (length % 2);
  }
  return null;
}

const tiffStarts = [Buffer.from('II*\0\x08\0\0\0', 'latin1'), Buffer.from('MM\0*\0\0\0\x08', 'latin1')];

/**
 * The item's place is told by three boxes of many versions; but its first eight bytes are not to be mistaken, and
 * cameras put it in front of the picture or behind it.
 */
function isoMediaExif(bytes: FileBytes): TiffStart | null {
  for (const from of [0, Math.max(0, bytes.size - searchBytes)]) {
    const window = Buffer.from(bytes.read(from, searchBytes));
    const found = tiffStarts.map((start) => window.indexOf(start)).filter((at) => at !== -1);
    if (found.length > 0) return readTiffStart(bytes, from + Math.min(...found));
  }
  return null;
}
