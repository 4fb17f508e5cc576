/**
 * The one file format of the store: the bytes of an object or a part, then its record as JSON, then a footer.
 *
 * [Note: One file, one rename] Bytes and record live in one file that is written aside and renamed into place.
 * So an object is either there with everything or not there, whatever kills the process, and no index on disk
 * can disagree with it.
 */
import fs from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open, rm } from 'node:fs/promises';
import path from 'node:path';
import { randomUUID } from 'node:crypto';

const magic = Buffer.from('TTstore1');
const footerBytes = magic.length + 4;
const writeBytes = 1024 * 1024;
const readBytes = 256 * 1024;
/** Most records fit here, so that one read brings record and footer. */
const tailBytes = 4096;

/** A file being written. Exactly one of `finish` and `discard` ends it. */
export type RecordWriter = {
  /** Takes bytes; the promise is the back-pressure. The buffer must not change afterwards. */
  write(chunk: Buffer): Promise<void>;
  /** Appends the record and closes; returns the file's path, to be renamed into place by the caller. */
  finish(record: unknown): Promise<string>;
  /** Closes and removes the file. */
  discard(): Promise<void>;
};

/** @param durable whether `finish` waits until the bytes are on the disk */
export async function openRecordWriter(folder: string, durable: boolean): Promise<RecordWriter> {
  const file = path.join(folder, randomUUID());
  const handle = await open(file, 'wx');
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  let running: Promise<void> = Promise.resolve();

  async function flush(): Promise<void> {
    const buffers = pending;
    pending = [];
    pendingBytes = 0;
    // One write runs while the next one gathers: two buffers' worth of memory, and no waiting for the disk.
    await running;
    running = writeAll(handle, buffers);
    running.catch(() => undefined);
  }

  return {
    async write(chunk) {
      pending.push(chunk);
      pendingBytes += chunk.length;
      if (pendingBytes >= writeBytes) await flush();
    },
    async finish(record) {
      const json = Buffer.from(JSON.stringify(record));
      const footer = Buffer.alloc(footerBytes);
      footer.writeUInt32BE(json.length);
      magic.copy(footer, 4);
      pending.push(json, footer);
      await flush();
      await running;
      if (durable) await handle.datasync();
      await handle.close();
      return file;
    },
    async discard() {
      await running.catch(() => undefined);
      await handle.close().catch(() => undefined);
      // After a rename it is no longer here, and no longer ours.
      await rm(file, { force: true });
    },
  };
}

async function writeAll(handle: FileHandle, buffers: readonly Buffer[]): Promise<void> {
  const total = buffers.reduce((sum, buffer) => sum + buffer.length, 0);
  const { bytesWritten } = await handle.writev(buffers);
  if (bytesWritten === total) return;
  // A short write happens on a disk that is nearly full: writing the rest brings the true error.
  await handle.writeFile(Buffer.concat(buffers).subarray(bytesWritten));
}

/** Reads the record of an open file. @throws Error when the file is not one of ours */
function readRecord(fd: number): unknown {
  const { size } = fs.fstatSync(fd);
  let tail = readTail(fd, size, tailBytes);
  const footer = tail.length - footerBytes;
  if (footer < 0 || !tail.subarray(footer + 4).equals(magic))
    throw new Error('A file of the store is damaged.');
  const length = tail.readUInt32BE(footer);
  if (length > footer) tail = readTail(fd, size, length + footerBytes);
  const end = tail.length - footerBytes;
  return JSON.parse(tail.toString('utf8', end - length, end));
}

function readTail(fd: number, size: number, length: number): Buffer {
  const tail = Buffer.allocUnsafe(Math.min(size, length));
  const got = fs.readSync(fd, tail, 0, tail.length, size - tail.length);
  return tail.subarray(0, got);
}

/** Opens a file and reads its record; undefined when there is no such file. The caller closes `fd`. */
export function openRecord(file: string): { fd: number; record: unknown } | undefined {
  let fd: number;
  try {
    fd = fs.openSync(file, 'r');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  try {
    return { fd, record: readRecord(fd) };
  } catch (error) {
    fs.closeSync(fd);
    throw error;
  }
}

/** The record alone. */
export function peekRecord(file: string): unknown {
  const opened = openRecord(file);
  if (opened !== undefined) fs.closeSync(opened.fd);
  return opened?.record;
}

/** Bytes `start` (included) to `end` (not included) of an open file. */
export async function* readBytesOf(fd: number, start: number, end: number): AsyncGenerator<Buffer> {
  for (let at = start; at < end;) {
    const chunk = await readAt(fd, Math.min(readBytes, end - at), at);
    if (chunk.length === 0) throw new Error('A file of the store is shorter than its record says.');
    at += chunk.length;
    yield chunk;
  }
}

function readAt(fd: number, length: number, position: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    fs.read(fd, Buffer.allocUnsafe(length), 0, length, position, (error, bytesRead, buffer) => {
      if (error === null) resolve(buffer.subarray(0, bytesRead));
      else reject(error);
    });
  });
}

/** Writes a small file so that a reader sees the old or the new content, never a mixture. */
export function replaceFile(file: string, text: string): void {
  const aside = `${file}.${randomUUID()}.new`;
  fs.writeFileSync(aside, text, { flush: true });
  fs.renameSync(aside, file);
}

/** Makes a rename in this folder survive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Whether an error says that a file or folder is not there. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
