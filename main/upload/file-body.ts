/** The bytes of one request: read fresh from a file that must still be the one that was inspected. */
import fs from 'node:fs';
import { decodePath } from '../lib/path-text.ts';
import { fileStat, sameStatAtPath, type FileStat } from '../lib/file-stat.ts';
import { FileChanged } from './failures.ts';

/** As much as is read and sent at once: few turns, and little memory per request. */
export const sliceBytes = 1024 * 1024;

/** @throws FileChanged when the file at `path` is not the one that `expected` describes; the system's error when it cannot be read. */
export function assertUnchanged(path: string, expected: FileStat): void {
  const actual = fileStat(fs.statSync(decodePath(path), { bigint: true }));
  if (!sameStatAtPath(actual, expected)) throw new FileChanged('stat_differs');
}

/** Bytes of a file, from `offset` on. */
export interface FileRange {
  offset: number;
  length: number;
}

export interface FileReader {
  /**
   * Fills `slice`, or as much of it as is left of the range.
   *
   * @returns how many bytes it put there: 0 when all of the range has been read.
   * @throws FileChanged when the file ends early; the system's error when it cannot be read.
   */
  read(slice: Buffer): number | Promise<number>;
  /** Lets go of the file, once a read under way has ended. */
  close(): void;
}

/**
 * Reads exactly this range of a file, for one attempt to send it.
 *
 * [Note: One read for a photo] A range that is one slice is read in place, for that costs a third of what a way through
 * the thread pool does. The slices of a larger one are read by the pool, beside the sending.
 *
 * @throws the system's error when the file cannot be opened.
 */
export function openRange(path: string, { offset, length }: FileRange): FileReader {
  // O_NONBLOCK: a named pipe put at this path would else hold up the whole engine.
  const fd = fs.openSync(decodePath(path), fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0));
  let done = 0;
  let reading = false;
  let closed = false;

  const advance = (bytesRead: number): number => {
    if (bytesRead === 0) throw new FileChanged('shorter');
    done += bytesRead;
    return bytesRead;
  };
  return {
    read: (slice) => {
      // Its number may be another file's by now.
      if (closed) throw new TypeError('the file has been let go of');
      const wanted = Math.min(slice.length, length - done);
      if (wanted === 0) return 0;
      if (length <= sliceBytes) return advance(fs.readSync(fd, slice, 0, wanted, offset + done));
      reading = true;
      return new Promise((resolve, reject) => {
        fs.read(fd, slice, 0, wanted, offset + done, (error, bytesRead) => {
          reading = false;
          if (closed) fs.closeSync(fd);
          if (error !== null) reject(error);
          else resolve(bytesRead);
        });
      }).then((bytesRead) => advance(bytesRead as number));
    },
    close: () => {
      if (closed) return;
      closed = true;
      // The number of a closed file may be another file's at once: not under a read.
      if (!reading) fs.closeSync(fd);
    },
  };
}
