import { signed64, type FileStat } from '../lib/file-stat.ts';

/** A file's stat on its way into SQLite, whose columns make integers of the texts. */
export function bindStat({ device, inode, size, mtimeNs }: FileStat): FileStat {
  return { device: signed64(device), inode: signed64(inode), size, mtimeNs };
}
