import { createCipheriv, createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileStat, type FileStat } from '../../main/lib/file-stat.ts';
import { decodePath } from '../../main/lib/path-text.ts';

/** Writes a file, and the folders above it; returns its path. */
export function writeFile(file: string, content: Buffer | string): string {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, content);
  return file;
}

/** The stat of a file as the queue keeps it. */
export function statOf(file: string): FileStat {
  return fileStat(fs.statSync(decodePath(file), { bigint: true }));
}

export function sha256(content: Buffer | string): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Bytes that no compression and no accident repeats, the same for the same seed. */
export function noise(length: number, seed = 1): Buffer {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, seed), Buffer.alloc(16, seed >> 8));
  return cipher.update(Buffer.alloc(length));
}

/** Permissions do not bind root: does the work as `nobody` where the test runs as root. */
export async function asOrdinaryUser<T>(work: () => T | Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid?.(65_534);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}
