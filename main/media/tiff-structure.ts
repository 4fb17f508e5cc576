/** Whether a TIFF, or a camera file built on it, is whole: every table and every piece of its pictures inside the file. */
import type { FileBytes } from './file-bytes.ts';
import type { Structure } from './structure.ts';
import { readTiffStart, readTiffTable, type TiffField } from './tiff-table.ts';

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

/** Follows the chain of tables and the tables below them. For the classic form: BigTIFF has other tables. */
export function checkTiff(bytes: FileBytes): Structure {
  const start = readTiffStart(bytes, 0);
  if (start === null) return { damaged: 'truncated' };
  let largest = { width: 0, height: 0 };
  const size = (): { width?: number; height?: number } => (largest.width > 0 ? largest : {});

  const seen = new Set<number>();
  const offsets = [start.first];
  for (
    let offset = offsets.shift();
    offset !== undefined && seen.size < maxTables;
    offset = offsets.shift()
  ) {
    if (offset === 0 || seen.has(offset)) continue;
    seen.add(offset);
    const table = readTiffTable(bytes, start, offset);
    if (table === null) return { damaged: 'truncated', ...size() };
    const { fields, next } = table;
    const width = fields.get(tag.width)?.number(0) ?? 0;
    const height = fields.get(tag.height)?.number(0) ?? 0;
    if (width * height > largest.width * largest.height) largest = { width, height };
    const lost =
      isCutOff(bytes, fields.get(tag.strips), fields.get(tag.stripSizes)) ||
      isCutOff(bytes, fields.get(tag.tiles), fields.get(tag.tileSizes));
    if (lost) return { damaged: 'truncated', ...size() };
    const below = fields.get(tag.subIfds);
    for (let index = 0; index < Math.min(below?.count ?? 0, maxTables); index++) {
      const child = below?.number(index) ?? 0;
      if (!Number.isNaN(child)) offsets.push(child);
    }
    offsets.push(next);
  }
  return { damaged: null, ...size() };
}

/** Whether a piece of the picture, or the list of the pieces, lies beyond the end of the file. */
function isCutOff(bytes: FileBytes, offsets: TiffField | undefined, sizes: TiffField | undefined): boolean {
  if (offsets === undefined) return false;
  for (let index = Math.max(0, offsets.count - maxPieces); index < offsets.count; index++) {
    // Written so that a value that is not there (NaN) is lost too.
    if (!(offsets.number(index) + (sizes?.number(index) ?? 0) <= bytes.size)) return true;
  }
  return false;
}
