/** Random access to a file of which little is needed: its ends, its offsets, its tables. */
import fs from 'node:fs';

export interface FileBytes {
  readonly size: number;
  /** The bytes from `offset`: fewer than `length`, down to none, where the file ends. Valid until the next call. */
  read(offset: number, length: number): Buffer;
}

const windowBytes = 64 * 1024;

/**
 * @param head bytes from the start of the file that are known already.
 * Reads go through one window, so that a walk in small steps costs few system calls. Throws what `readSync` throws.
 */
export function createFileBytes(fd: number, size: number, head: Buffer): FileBytes {
  let window = Buffer.alloc(0);
  let start = 0;
  return {
    size,
    read: (offset, length) => {
      const wanted = Math.max(0, Math.min(length, size - offset));
      if (offset + wanted <= head.length) return head.subarray(offset, offset + wanted);
      if (offset < start || offset + wanted > start + window.length) {
        const buffer = Buffer.allocUnsafe(Math.max(windowBytes, wanted));
        start = offset;
        window = buffer.subarray(0, fs.readSync(fd, buffer, 0, buffer.length, offset));
      }
      return window.subarray(offset - start, offset - start + wanted);
    },
  };
}
