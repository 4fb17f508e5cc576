/**
 * What a file is, by its first bytes.
 *
 * [Note: A damaged photo is still a photo] The name decides only where the content says nothing: bytes that are no
 * text and no known format under a photo's name are a photo whose head was lost (a bad card fills it with zeros), and
 * it is taken in. Text, archives and documents say clearly that they are none, whatever they are called.
 */
import path from 'node:path';
import { fileTypes, tiffBased, typeOfExtension, type FileType } from './file-types.ts';

/** How many bytes from the start of the file {@link sniff} wants; fewer will do for a shorter file. */
export const HEAD_BYTES = 4096;

export interface Sniffed extends FileType {
  /** The content did not say what it is; the name did. */
  byName?: true;
}

/**
 * @param head the first {@link HEAD_BYTES} of the file, or all of a shorter one.
 * @param fileName its name or path; only the extension counts.
 */
export function sniff(head: Uint8Array, fileName: string): Sniffed {
  const extension = path.extname(fileName).slice(1).toLowerCase();
  const named = typeOfExtension(extension);
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);

  const found = recognise(bytes, named);
  if (found !== null) return found;
  if (named !== null && !isText(bytes) && !isSomethingElse(bytes)) return { ...named, byName: true };
  return { kind: 'other', contentType: 'application/octet-stream', extension };
}

function recognise(head: Buffer, named: FileType | null): FileType | null {
  for (const [type, offset, magic] of signatures) if (has(head, offset, magic)) return type;
  if (isTiff(head)) {
    if (has(head, 8, 'CR')) return fileTypes.cr2;
    return named !== null && tiffBased.has(named) ? named : fileTypes.tiff;
  }
  if (has(head, 0, 'RIFF')) {
    if (has(head, 8, 'WEBP')) return fileTypes.webp;
    return has(head, 8, 'AVI ') ? fileTypes.avi : null;
  }
  if (has(head, 4, 'ftyp')) return isoMedia(head);
  if (has(head, 0, '\x1a\x45\xdf\xa3')) {
    const documentType = head.subarray(0, 256);
    if (documentType.includes('webm')) return fileTypes.webm;
    return documentType.includes('matroska') ? fileTypes.mkv : null;
  }
  // A bitmap's two letters would let any text that begins with them in: its header length has to be one of these.
  if (has(head, 0, 'BM') && head.length >= 18 && bitmapHeaders.has(head.readUInt32LE(14)))
    return fileTypes.bmp;
  // Two bytes are all that a bare JPEG XL codestream has to show.
  if (has(head, 0, '\xff\x0a') && named === fileTypes.jxl) return fileTypes.jxl;
  // One container for sound and pictures.
  if (has(head, 0, '\x30\x26\xb2\x75\x8e\x66\xcf\x11') && named?.kind === 'video') return fileTypes.wmv;
  if (isTransportStream(head, 0, 188) || isTransportStream(head, 4, 192)) return fileTypes.mts;
  // QuickTime from before there was `ftyp`.
  if (head.length >= 8 && quickTimeBoxes.has(head.toString('latin1', 4, 8))) return fileTypes.mov;
  return null;
}

/** Format, offset of its signature, and the signature as Latin-1 text. */
const signatures: readonly (readonly [FileType, number, string])[] = [
  [fileTypes.jpeg, 0, '\xff\xd8\xff'],
  [fileTypes.png, 0, '\x89PNG\r\n\x1a\n'],
  [fileTypes.gif, 0, 'GIF87a'],
  [fileTypes.gif, 0, 'GIF89a'],
  [fileTypes.jxl, 0, '\0\0\0\x0cJXL \r\n\x87\n'],
  [fileTypes.jp2, 0, '\0\0\0\x0cjP  \r\n\x87\n'],
  [fileTypes.j2c, 0, '\xff\x4f\xff\x51'],
  [fileTypes.jxr, 0, 'II\xbc\x01'],
  [fileTypes.psd, 0, '8BPS\0\x01'],
  [fileTypes.psd, 0, '8BPS\0\x02'],
  [fileTypes.orf, 0, 'IIRO'],
  [fileTypes.orf, 0, 'IIRS'],
  [fileTypes.orf, 0, 'MMOR'],
  [fileTypes.rw2, 0, 'IIU\0'],
  [fileTypes.raf, 0, 'FUJIFILMCCD-RAW'],
  [fileTypes.crw, 6, 'HEAPCCDR'],
  [fileTypes.x3f, 0, 'FOVb'],
  [fileTypes.mrw, 0, '\0MRM'],
  [fileTypes.mpg, 0, '\0\0\x01\xba'],
  [fileTypes.mpg, 0, '\0\0\x01\xb3'],
  [fileTypes.flv, 0, 'FLV\x01'],
];

const bitmapHeaders: ReadonlySet<number> = new Set([12, 40, 52, 56, 64, 108, 124]);
const quickTimeBoxes: ReadonlySet<string> = new Set(['moov', 'mdat', 'wide', 'pnot']);

/** Brands of ISO base media files; what is not here and is no sound is taken for MP4. */
const brands: Readonly<Record<string, FileType | null>> = {
  heic: fileTypes.heic,
  heix: fileTypes.heic,
  heim: fileTypes.heic,
  heis: fileTypes.heic,
  hevc: fileTypes.heic,
  hevx: fileTypes.heic,
  hevm: fileTypes.heic,
  hevs: fileTypes.heic,
  avif: fileTypes.avif,
  avis: fileTypes.avif,
  mif1: fileTypes.heif,
  mif2: fileTypes.heif,
  msf1: fileTypes.heif,
  'crx ': fileTypes.cr3,
  'qt  ': fileTypes.mov,
  'M4V ': fileTypes.m4v,
  M4VH: fileTypes.m4v,
  M4VP: fileTypes.m4v,
  'M4A ': null,
  'M4B ': null,
  'M4P ': null,
  'F4A ': null,
};

function isoMedia(head: Buffer): FileType | null {
  const end = Math.min(head.readUInt32BE(0), head.length);
  const major = head.toString('latin1', 8, 12);
  if (major.startsWith('3g2')) return fileTypes['3g2'];
  if (major.startsWith('3g')) return fileTypes['3gp'];
  const type = Object.hasOwn(brands, major) ? brands[major] : fileTypes.mp4;
  if (type === null || type === undefined) return null;
  if (type !== fileTypes.heif) return type;
  // `mif1` says only that it is a picture; how it is coded is among the compatible brands.
  for (let offset = 16; offset + 4 <= end; offset += 4) {
    const compatible = brands[head.toString('latin1', offset, offset + 4)];
    if (compatible === fileTypes.heic || compatible === fileTypes.avif) return compatible;
  }
  return type;
}

function isTiff(head: Buffer): boolean {
  return has(head, 0, 'II*\0') || has(head, 0, 'MM\0*') || has(head, 0, 'II+\0') || has(head, 0, 'MM\0+');
}

function isTransportStream(head: Buffer, first: number, packet: number): boolean {
  if (head.length < first + 4 * packet) return false;
  for (let index = 0; index < 4; index++) if (head[first + index * packet] !== 0x47) return false;
  return true;
}

/** What is found under a photo's name now and then and is whole as something else. */
const otherSignatures: readonly string[] = [
  '%PDF',
  'PK\x03\x04',
  'PK\x05\x06',
  '\x1f\x8b',
  'BZh',
  '7z\xbc\xaf',
  'Rar!',
  '\xfd7zXZ',
  '\x28\xb5\x2f\xfd',
  '\x7fELF',
  'MZ',
  'ID3',
  'OggS',
  'fLaC',
  'SQLite format 3',
  'bplist',
  '\xd0\xcf\x11\xe0', // Thumbs.db and other OLE files
  '\0\0\0\x01Bud1', // .DS_Store
  '\0\x05\x16\x07', // `._IMG_1.JPG`: what macOS leaves beside a photo on a card
];

function isSomethingElse(head: Buffer): boolean {
  if (has(head, 4, 'ftyp') || (has(head, 0, 'RIFF') && has(head, 8, 'WAVE'))) return true;
  return otherSignatures.some((magic) => has(head, 0, magic));
}

/** Text of any encoding has no control characters but white space; four kilobytes of image data always have some. */
function isText(head: Buffer): boolean {
  if (head.length === 0) return false;
  const utf16 = has(head, 0, '\xff\xfe') || has(head, 0, '\xfe\xff');
  for (const [index, byte] of head.entries()) {
    const space = (byte >= 0x09 && byte <= 0x0d) || byte === 0x1b;
    if (byte < 0x20 && !space && !(utf16 && index > 1)) return false;
  }
  // Of UTF-16 in any Western script every other byte is zero.
  return !utf16 || head.subarray(2).filter((byte) => byte === 0).length * 3 > head.length;
}

function has(head: Buffer, offset: number, magic: string): boolean {
  if (head.length < offset + magic.length) return false;
  for (let index = 0; index < magic.length; index++) {
    if (head[offset + index] !== magic.charCodeAt(index)) return false;
  }
  return true;
}
