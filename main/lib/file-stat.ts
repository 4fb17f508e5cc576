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

/** A stat that was just taken: with what only the file system can set. */
export interface SeenFile extends FileStat {
  /** When the file or its entry last changed; nanoseconds since 1970. */
  ctimeNs: string;
}

export function fileStat({ dev, ino, size, mtimeNs }: BigIntStats): FileStat {
  return {
    device: dev.toString(),
    inode: ino.toString(),
    size: Number(size),
    mtimeNs: mtimeNs.toString(),
  };
}

export function seenFile(stat: BigIntStats): SeenFile {
  return { ...fileStat(stat), ctimeNs: stat.ctimeNs.toString() };
}

/** Whether two stats speak of the same content. */
export function sameStat(a: FileStat, b: FileStat): boolean {
  return a.device === b.device && a.inode === b.inode && a.size === b.size && a.mtimeNs === b.mtimeNs;
}

/** Clocks that are not finer than this (exFAT's; FAT's is coarser still) cannot tell two files of a burst apart. */
const coarseNs = 10_000_000n;

/** Whether the time of this file may come from such a clock. */
export function hasCoarseClock({ mtimeNs }: Pick<FileStat, 'mtimeNs'>): boolean {
  return BigInt(mtimeNs) % coarseNs === 0n;
}

/**
 * Whether two stats of one path speak of the same content. The device may be another one, as it is after its volume was
 * plugged in again; not where the rest of a stat says too little.
 */
export function sameStatAtPath(a: FileStat, b: FileStat): boolean {
  if (sameStat(a, b)) return true;
  return a.inode !== '0' && !hasCoarseClock(a) && sameStat({ ...a, device: b.device }, b);
}

/** SQLite's integers are signed: a device or inode number above 2^63 keeps its bits. Decimal text. */
export function signed64(unsigned: string): string {
  // Eighteen digits are below 2^63: most numbers need no arithmetic.
  return unsigned.length < 19 ? unsigned : BigInt.asIntN(64, BigInt(unsigned)).toString();
}

/** The inverse of {@link signed64}. */
export function unsigned64(signed: string): string {
  return signed.startsWith('-') ? BigInt.asUintN(64, BigInt(signed)).toString() : signed;
}
