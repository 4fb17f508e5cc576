/** Whether a JPEG is whole as far as its markers tell: no decoding. */
import type { FileBytes } from './file-bytes.ts';
import type { Structure } from './structure.ts';

/** Where the coded picture begins, and what the headers before it say; null when they lead nowhere. */
interface JpegHead {
  scanStart: number;
  width: number;
  height: number;
}

const marker = {
  soi: 0xd8,
  eoi: 0xd9,
  scan: 0xda,
  huffman: 0xc4,
  arithmetic: 0xcc,
  extension: 0xc8,
} as const;

/** Walks the segments from the start of the image to its first scan. */
export function readJpegHead(bytes: FileBytes): JpegHead | null {
  let size: { width: number; height: number } | null = null;
  let offset = 2;
  for (;;) {
    const segment = bytes.read(offset, 9);
    const code = segment[1] ?? 0;
    if (segment.length < 9 || segment[0] !== 0xff) return null;
    if (code === 0xff) {
      offset++; // fill byte
      continue;
    }
    const length = segment.readUInt16BE(2);
    if (code < 0xc0 || isRestart(code) || code === marker.soi || code === marker.eoi || length < 2)
      return null;
    if (isFrame(code)) size = { height: segment.readUInt16BE(5), width: segment.readUInt16BE(7) };
    offset += 2 + length;
    if (code === marker.scan) return size === null ? null : { scanStart: offset, ...size };
  }
}

const tailBytes = 64 * 1024;

/** What {@link createScanWatch} saw. */
export interface ScanReport {
  /** Something in the coded picture, or behind it, looks like no coded picture. */
  strange: boolean;
  /** Where the first hole is: sectors of nothing but zeros. */
  holeAt: number | null;
}

/**
 * Watches the coded picture as it streams by.
 *
 * In coded data 0xFF is followed by 0 or a restart marker; bytes that come from elsewhere break that soon. Looking
 * while the bytes are in the processor's cache costs a tenth of what hashing them does. A second picture or a film
 * behind the first looks strange too: {@link checkJpeg} then looks closely.
 */
export function createScanWatch(): { add(chunk: Buffer, position: number): void; report(): ScanReport } {
  let strange = false;
  let holeAt: number | null = null;
  let scanStart: number | null = null;
  return {
    add: (chunk, position) => {
      if (position === 0) {
        const size = chunk.length;
        const read = (offset: number, length: number): Buffer => chunk.subarray(offset, offset + length);
        scanStart = readJpegHead({ size, read })?.scanStart ?? null;
      }
      const from = Math.max(0, (scanStart ?? 0) - position);
      strange ||= scanStart === null || hasMarker(chunk, from);
      if (scanStart !== null && holeAt === null) {
        const hole = findHole(chunk, from, position);
        if (hole !== null) holeAt = position + hole;
      }
    },
    report: () => ({ strange, holeAt }),
  };
}

const sector = 512;

/**
 * A run of zeros that begins and ends where sectors do. Flat white may be coded as zeros too, and over a long way, but
 * not from the start of one sector to the end of another.
 */
function findHole(chunk: Buffer, from: number, position: number): number | null {
  const first = from + ((sector - ((position + from) % sector)) % sector);
  for (let at = first; at + sector <= chunk.length; at += sector) {
    if (chunk[at] !== 0 || chunk[at + 1] !== 0 || chunk[at + 255] !== 0 || chunk[at + 511] !== 0) continue;
    let end = at;
    while (end < chunk.length && chunk[end] === 0) end++;
    const begins = at === 0 || chunk[at - 1] !== 0;
    if (begins && end - at >= sector && (position + end) % sector === 0) return at;
    at += Math.floor((end - at) / sector) * sector;
  }
  return null;
}

/** A marker that has no place in coded data, in `chunk` from `from` on. One that is split between chunks may pass. */
function hasMarker(chunk: Buffer, from: number): boolean {
  for (let at = findMarker(chunk, from); at !== -1; at = findMarker(chunk, at + 2))
    if (chunk[at + 1] !== marker.eoi) return true;
  return false;
}

/** Where the first marker is that is no part of coded data, from `from` on; -1 for none. */
function findMarker(chunk: Buffer, from: number): number {
  for (let at = chunk.indexOf(0xff, from); at !== -1; at = chunk.indexOf(0xff, at + 1)) {
    const code = chunk[at + 1] ?? 0;
    if (code !== 0 && code !== 0xff && !isRestart(code)) return at;
  }
  return -1;
}

/** @param scan without anything strange it spares the walk through the whole picture. */
export function checkJpeg(bytes: FileBytes, { strange, holeAt }: ScanReport): Structure {
  const head = readJpegHead(bytes);
  if (head === null) return { damaged: bytes.size < tailBytes ? 'truncated' : 'structure' };
  const { scanStart, width, height } = head;
  if (width === 0 || scanStart >= bytes.size) return { damaged: 'truncated' };
  const tailStart = Math.max(scanStart, bytes.size - tailBytes);
  const ends = bytes.read(tailStart, tailBytes).lastIndexOf(Buffer.of(0xff, marker.eoi)) !== -1;
  if (ends && !strange && holeAt === null) return { damaged: null, width, height };
  const { damaged, end } = walkScans(bytes, scanStart);
  return { damaged: damaged ?? (holeAt !== null && holeAt < end ? 'structure' : null), width, height };
}

/** From marker to marker until the end of the image. */
function walkScans(bytes: FileBytes, scanStart: number): { damaged: Structure['damaged']; end: number } {
  let offset = scanStart;
  while (offset < bytes.size - 1) {
    const window = bytes.read(offset, tailBytes);
    const at = findMarker(window, 0);
    if (at === -1) {
      // Its last byte may begin one.
      offset += Math.max(1, window.length - 1);
      continue;
    }
    const code = window[at + 1] ?? 0;
    offset += at;
    if (code === marker.eoi) return { damaged: null, end: offset };
    if (code < 0xc0 || isFrame(code) || code === marker.soi) return { damaged: 'structure', end: offset };
    // Tables and headers of the next scan of a progressive picture.
    const segment = bytes.read(offset, 4);
    if (segment.length < 4) break;
    offset += 2 + segment.readUInt16BE(2);
  }
  return { damaged: 'truncated', end: bytes.size };
}

function isRestart(code: number): boolean {
  return code >= 0xd0 && code <= 0xd7;
}

function isFrame(code: number): boolean {
  if (code === marker.huffman || code === marker.arithmetic || code === marker.extension) return false;
  return code >= 0xc0 && code <= 0xcf;
}
