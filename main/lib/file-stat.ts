/** What the file system says of a file: the identity of its content as far as a stat can tell. */
import type { BigIntStats } from 'node:fs';

/** Device and inode numbers and the time use all 64 bits, so they are decimal text. */
export interface FileStat {
  device: string;
  inode: string;
  /** Bytes. */
  size: number;
  /** Nanoseconds since 1970. */
  mtimeNs: string;
}

export function fileStat({ dev, ino, size, mtimeNs }: BigIntStats): FileStat {
  return {
    device: dev.toString(),
    inode: ino.toString(),
    size: Number(size),
    mtimeNs: mtimeNs.toString(),
  };
}

/** Whether two stats speak of the same content. */
export function sameStat(a: FileStat, b: FileStat): boolean {
  return a.device === b.device && a.inode === b.inode && a.size === b.size && a.mtimeNs === b.mtimeNs;
}
