/** Random access to a file of which little is needed: its ends, its offsets, its tables. */
import fs from 'node:fs';

export interface FileBytes {
  readonly size: number;
  /** The bytes from `offset`: fewer than `length`, down to none, where the file ends. Valid until the next call. */
  read(offset: number, length: number): Buffer;
}

/** A table fits in, and a walk from one length to the next reads little of what lies between. */
const windowBytes = 4 * 1024;

/**
 * @param head bytes from the start of the file that are known already.
 * Reads go through one window, so that a walk in small steps costs few system calls. Throws what `readSync` throws.
 */
export function createFileBytes(fd: number, size: number, head: Buffer): FileBytes {
  let buffer = Buffer.alloc(0);
  let window = buffer;
  let start = 0;
  return {
    size,
    read: (offset, length) => {
      const wanted = Math.max(0, Math.min(length, size - offset));
      if (offset + wanted <= head.length) return head.subarray(offset, offset + wanted);
      if (offset < start || offset + wanted > start + window.length) {
        const room = Math.max(windowBytes, wanted);
        if (buffer.length < room) buffer = Buffer.allocUnsafe(room);
        start = offset;
        window = buffer.subarray(0, fs.readSync(fd, buffer, 0, room, offset));
      }
      return window.subarray(offset - start, offset - start + wanted);
    },
  };
}
