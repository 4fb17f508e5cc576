/** The body of one request: a fresh stream over a file that must still be the one that was inspected. */
import fs from 'node:fs/promises';
import { Readable } from 'node:stream';
import { decodePath } from '../lib/path-text.ts';
import { fileStat, sameStat, type FileStat } from '../lib/file-stat.ts';
import { FileChanged } from './failures.ts';

/** Slices of 1 MiB: fewer turns than Node's 64 KiB, and little memory per request. */
const sliceBytes = 1024 * 1024;

/** @throws FileChanged when the file at `path` is not the one that `expected` describes; the system's error when it cannot be read. */
export async function assertUnchanged(path: string, expected: FileStat): Promise<void> {
  const actual = fileStat(await fs.stat(decodePath(path), { bigint: true }));
  if (!sameStat(actual, expected)) throw new FileChanged('stat differs');
}

/** Bytes of a file, from `offset` on. */
export interface FileRange {
  offset: number;
  length: number;
}

/**
 * Streams exactly this range; a file that ends early fails with FileChanged. Used for one attempt only.
 *
 * @param onBytes told of every slice that the request has taken.
 */
export function fileBody(path: string, range: FileRange, onBytes: (count: number) => void): Readable {
  return Readable.from(slices(path, range, onBytes), { objectMode: false, highWaterMark: sliceBytes });
}

async function* slices(
  path: string,
  { offset, length }: FileRange,
  onBytes: (count: number) => void,
): AsyncGenerator<Buffer> {
  const file = await fs.open(decodePath(path), 'r');
  try {
    for (let sent = 0; sent < length;) {
      const slice = Buffer.allocUnsafe(Math.min(sliceBytes, length - sent));
      const { bytesRead, buffer } = await file.read(slice, 0, slice.length, offset + sent);
      if (bytesRead === 0) throw new FileChanged('shorter than inspected');
      sent += bytesRead;
      yield buffer.subarray(0, bytesRead);
      onBytes(bytesRead);
    }
  } finally {
    await file.close();
  }
}
