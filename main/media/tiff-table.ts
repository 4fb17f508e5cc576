/** The tables of a TIFF, which are also those of EXIF: read with bounds, since any byte of them may be anything. */
import type { FileBytes } from './file-bytes.ts';

export interface TiffField {
  count: number;
  /** A number of the field's; NaN where there is none. */
  number(index: number): number;
  /** The field as text, at most 256 bytes of it; empty where it is none. */
  text(): string;
}

export interface TiffTable {
  fields: ReadonlyMap<number, TiffField>;
  /** Where the next table of the chain is; 0 = nowhere. */
  next: number;
}

export interface TiffStart {
  /** Where in the file the TIFF begins: its offsets count from there. */
  base: number;
  little: boolean;
  /** Offset of the first table. */
  first: number;
}

/** Bytes per value, by field type. */
const widths = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4] as const;
const ascii = 2;
const signed: ReadonlySet<number> = new Set([6, 8, 9]);
const rational = 5;
/** Cameras write some dozens; a table that claims more is none. */
const maxFields = 1024;

/** The eight bytes with which every TIFF begins; null where there is none. Its number 42 is not looked at. */
export function readTiffStart(bytes: FileBytes, base: number): TiffStart | null {
  const head = bytes.read(base, 8);
  const order = head.toString('latin1', 0, 2);
  if (head.length < 8 || (order !== 'II' && order !== 'MM')) return null;
  const little = order === 'II';
  return { base, little, first: little ? head.readUInt32LE(4) : head.readUInt32BE(4) };
}

/** Null when the table is not, or not wholly, in the file. */
export function readTiffTable(
  bytes: FileBytes,
  { base, little }: TiffStart,
  offset: number,
): TiffTable | null {
  const number = (buffer: Buffer, at: number, width: number): number =>
    little ? buffer.readUIntLE(at, width) : buffer.readUIntBE(at, width);
  const head = bytes.read(base + offset, 2);
  if (head.length < 2) return null;
  const end = number(head, 0, 2) * 12;
  if (end > maxFields * 12) return null;
  // Copied: other reads follow while it is in use. Some writers leave out the link at the very end.
  const body = Buffer.from(bytes.read(base + offset + 2, end + 4));
  if (body.length < end) return null;

  const fields = new Map<number, TiffField>();
  for (let at = 0; at < end; at += 12) {
    const type = number(body, at + 2, 2);
    const width = widths[type] ?? 0;
    const count = number(body, at + 4, 4);
    const value = (from: number, length: number): Buffer =>
      width * count <= 4
        ? body.subarray(at + 8 + from, at + 8 + from + length)
        : bytes.read(base + number(body, at + 8, 4) + from, length);
    fields.set(number(body, at, 2), {
      count,
      number: (index) => {
        if (index >= count || type === ascii || signed.has(type) || width === 0) return Number.NaN;
        const found = value(index * width, width);
        if (found.length < width) return Number.NaN;
        if (width < 8) return number(found, 0, width);
        return type === rational ? number(found, 0, 4) / number(found, 4, 4) : Number.NaN;
      },
      text: () =>
        type === ascii ? (value(0, Math.min(count, 256)).toString('utf8').split('\0')[0] ?? '') : '',
    });
  }
  return { fields, next: body.length >= end + 4 ? number(body, end, 4) : 0 };
}
