/** Whether a TIFF, or a camera file built on it, is whole: every table and every piece of its pictures inside the file. */
import type { FileBytes } from './file-bytes.ts';
import type { Structure } from './structure.ts';

const tag = {
  width: 256,
  height: 257,
  strips: 273,
  stripSizes: 279,
  tiles: 324,
  tileSizes: 325,
  subIfds: 330,
} as const;
const maxTables = 64;
/** Where a picture has more pieces than that, the last ones tell as much. */
const maxPieces = 4096;

type Field = (position: number) => number;
interface Values {
  count: number;
  at: Field;
}

/** Follows the chain of tables and the tables below them. Only the classic form: BigTIFF is left unjudged. */
export function checkTiff(bytes: FileBytes): Structure {
  const start = bytes.read(0, 8);
  if (start.length < 8) return { damaged: 'truncated' };
  const little = start[0] === 0x49;
  if (start[little ? 2 : 3] === 43) return { damaged: null };

  let largest = { width: 0, height: 0 };
  const seen = new Set<number>();
  const tables = [little ? start.readUInt32LE(4) : start.readUInt32BE(4)];
  for (let offset = tables.shift(); offset !== undefined && seen.size < maxTables; offset = tables.shift()) {
    if (offset === 0 || seen.has(offset)) continue;
    seen.add(offset);
    const table = readTable(bytes, offset, little);
    if (table === null) return { damaged: 'truncated', ...sizeOf(largest) };
    const { fields, next } = table;
    const width = fields.get(tag.width)?.at(0) ?? 0;
    const height = fields.get(tag.height)?.at(0) ?? 0;
    if (width * height > largest.width * largest.height) largest = { width, height };
    const lost =
      isCutOff(bytes, fields.get(tag.strips), fields.get(tag.stripSizes)) ||
      isCutOff(bytes, fields.get(tag.tiles), fields.get(tag.tileSizes));
    if (lost) return { damaged: 'truncated', ...sizeOf(largest) };
    const below = fields.get(tag.subIfds);
    for (let index = 0; index < Math.min(below?.count ?? 0, maxTables); index++)
      tables.push(below?.at(index) ?? 0);
    tables.push(next);
  }
  return { damaged: null, ...sizeOf(largest) };
}

function sizeOf({ width, height }: { width: number; height: number }): { width?: number; height?: number } {
  return width > 0 && height > 0 ? { width, height } : {};
}

function readTable(
  bytes: FileBytes,
  offset: number,
  little: boolean,
): { fields: Map<number, Values>; next: number } | null {
  const u16 = (buffer: Buffer, at: number): number =>
    little ? buffer.readUInt16LE(at) : buffer.readUInt16BE(at);
  const u32 = (buffer: Buffer, at: number): number =>
    little ? buffer.readUInt32LE(at) : buffer.readUInt32BE(at);
  const head = bytes.read(offset, 2);
  if (head.length < 2) return null;
  const count = u16(head, 0);
  const body = Buffer.from(bytes.read(offset + 2, count * 12 + 4));
  // Some writers leave out the link to the next table at the very end.
  if (body.length < count * 12) return null;
  const fields = new Map<number, Values>();
  for (let at = 0; at < count * 12; at += 12) {
    const type = u16(body, at + 2);
    if (type !== 3 && type !== 4 && type !== 13) continue;
    const width = type === 3 ? 2 : 4;
    const values = u32(body, at + 4);
    const inline = values * width <= 4;
    const place = inline ? 0 : u32(body, at + 8);
    fields.set(u16(body, at), {
      count: values,
      at: (index) => {
        const value = inline
          ? body.subarray(at + 8 + index * width, at + 8 + (index + 1) * width)
          : bytes.read(place + index * width, width);
        if (index >= values || value.length < width) return Number.NaN;
        return width === 2 ? u16(value, 0) : u32(value, 0);
      },
    });
  }
  return { fields, next: body.length >= count * 12 + 4 ? u32(body, count * 12) : 0 };
}

/** Whether a piece of the picture, or the list of the pieces, lies beyond the end of the file. */
function isCutOff(bytes: FileBytes, offsets: Values | undefined, sizes: Values | undefined): boolean {
  if (offsets === undefined) return false;
  for (let index = Math.max(0, offsets.count - maxPieces); index < offsets.count; index++) {
    const offset = offsets.at(index);
    // Written so that a value that is not there (NaN) is lost too.
    if (!(offset + (sizes?.at(index) ?? 0) <= bytes.size)) return true;
  }
  return false;
}
