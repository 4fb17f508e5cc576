/**
 * Whether a file looks damaged, by its structure alone: ends, offsets and lengths, a few small reads, no decoding.
 *
 * It errs towards "whole": a mark that is wrong on a good photo is worse than one that comes later, when its pixels
 * are decoded.
 */
import type { FileBytes } from './file-bytes.ts';
import { fileTypes } from './file-types.ts';
import { checkIsoMedia } from './iso-media-structure.ts';
import { checkJpeg, type ScanReport } from './jpeg-structure.ts';
import type { Sniffed } from './sniff.ts';
import { checkTiff } from './tiff-structure.ts';

/**
 * Why a file looks damaged. `head`: its first bytes are lost; `truncated`: it ends too early; `structure`: something
 * in it does not belong there; `pixels`: it cannot be decoded (said by the thumbnail, never by the structure).
 */
export type Damage = 'head' | 'truncated' | 'structure' | 'pixels';

export interface Structure {
  damaged: Damage | null;
  /** Pixels as stored, before any rotation. */
  width?: number;
  height?: number;
}

/**
 * @param scan what the watch over a JPEG saw; other formats ignore it.
 * Formats without a check here come out as whole.
 */
export function checkStructure(sniffed: Sniffed, bytes: FileBytes, scan: ScanReport): Structure {
  if (sniffed.byName === true) return { damaged: 'head' };
  switch (sniffed.contentType) {
    case fileTypes.jpeg.contentType:
      return checkJpeg(bytes, scan);
    case fileTypes.png.contentType:
      return checkPng(bytes);
    case fileTypes.gif.contentType:
      return checkGif(bytes);
    case fileTypes.bmp.contentType:
      return checkBitmap(bytes);
    case fileTypes.webp.contentType:
    case fileTypes.avi.contentType:
      return checkRiff(bytes);
    case fileTypes.raf.contentType:
      return checkRaf(bytes);
    case fileTypes.heic.contentType:
    case fileTypes.heif.contentType:
    case fileTypes.avif.contentType:
      return checkIsoMedia(bytes, ['meta', 'moov']);
    case fileTypes.cr3.contentType:
    case fileTypes.mp4.contentType:
    case fileTypes.mov.contentType:
    case fileTypes.m4v.contentType:
    case fileTypes['3gp'].contentType:
    case fileTypes['3g2'].contentType:
      return checkIsoMedia(bytes, ['moov']);
    default: {
      const magic = bytes.read(0, 4).toString('latin1');
      return magic === 'II*\0' || magic === 'MM\0*' ? checkTiff(bytes) : { damaged: null };
    }
  }
}

const tailBytes = 64 * 1024;

function checkPng(bytes: FileBytes): Structure {
  const head = bytes.read(0, 24);
  if (head.length < 24) return { damaged: 'truncated' };
  if (head.toString('latin1', 12, 16) !== 'IHDR') return { damaged: 'structure' };
  const size = { width: head.readUInt32BE(16), height: head.readUInt32BE(20) };
  const ends = bytes.read(Math.max(0, bytes.size - tailBytes), tailBytes).includes('IEND');
  return { damaged: ends || pngEnds(bytes) ? null : 'truncated', ...size };
}

/** For a PNG with a long appendix: from chunk to chunk. */
function pngEnds(bytes: FileBytes): boolean {
  for (let offset = 8; ;) {
    const chunk = bytes.read(offset, 8);
    if (chunk.length < 8) return false;
    if (chunk.toString('latin1', 4, 8) === 'IEND') return true;
    offset += 12 + chunk.readUInt32BE(0);
  }
}

function checkGif(bytes: FileBytes): Structure {
  const head = bytes.read(0, 10);
  if (head.length < 10) return { damaged: 'truncated' };
  const size = { width: head.readUInt16LE(6), height: head.readUInt16LE(8) };
  const ends = bytes.read(Math.max(10, bytes.size - tailBytes), tailBytes).includes(0x3b);
  return { damaged: ends ? null : 'truncated', ...size };
}

function checkBitmap(bytes: FileBytes): Structure {
  const head = bytes.read(0, 34);
  if (head.length < 34) return { damaged: bytes.size < 26 ? 'truncated' : null };
  const pixels = head.readUInt32LE(10);
  if (head.readUInt32LE(14) === 12) return { damaged: pixels > bytes.size ? 'truncated' : null };
  const width = Math.abs(head.readInt32LE(18));
  const height = Math.abs(head.readInt32LE(22));
  const plain = head.readUInt32LE(30) === 0;
  const rowBytes = Math.ceil((width * head.readUInt16LE(28)) / 32) * 4;
  const end = pixels + (plain ? rowBytes * height : 0);
  return { damaged: end > bytes.size ? 'truncated' : null, width, height };
}

function checkRiff(bytes: FileBytes): Structure {
  const head = bytes.read(0, 8);
  return { damaged: head.length < 8 || head.readUInt32LE(4) + 8 > bytes.size ? 'truncated' : null };
}

/** Fujifilm: a table of a JPEG, a header and the sensor's data, each with offset and length. */
function checkRaf(bytes: FileBytes): Structure {
  const table = Buffer.from(bytes.read(84, 24));
  if (table.length < 24) return { damaged: 'truncated' };
  for (let at = 0; at < 24; at += 8) {
    if (table.readUInt32BE(at) + table.readUInt32BE(at + 4) > bytes.size) return { damaged: 'truncated' };
  }
  return { damaged: null };
}
