import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FileChanged } from '../../../main/upload/failures.ts';
import { assertUnchanged, openRange, type FileReader } from '../../../main/upload/file-body.ts';
import { noise, statOf, writeFile } from '../../support/files.ts';
import { tempDir } from '../../support/temp-dir.ts';

const mebibyte = 1024 * 1024;

/** All that a reader gives, in slices of at most 1 MiB. */
async function readAll(
  reader: FileReader,
  onSlice: (count: number) => void = () => undefined,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const slice = Buffer.alloc(mebibyte);
  try {
    for (;;) {
      const count = await reader.read(slice);
      if (count === 0) return Buffer.concat(chunks);
      chunks.push(Buffer.from(slice.subarray(0, count)));
      onSlice(count);
    }
  } finally {
    reader.close();
  }
}

/** How often this process holds that file open. */
function openCount(file: string): number {
  return fs.readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return fs.readlinkSync(`/proc/self/fd/${fd}`) === file;
    } catch {
      return false;
    }
  }).length;
}

const whole = ({ size }: { size: number }) => ({ offset: 0, length: size });

describe('openRange', () => {
  it.each([
    [2 * mebibyte + 7, 2 * mebibyte + 1],
    [3 * mebibyte, 100],
  ])('reads a part of the file: %i + %i', async (offset, length) => {
    const content = noise(5 * mebibyte);
    const file = writeFile(path.join(tempDir(), 'a.mov'), content);
    const bytes = await readAll(openRange(file, { offset, length }));
    expect(bytes.equals(content.subarray(offset, offset + length))).toBe(true);
  });

  it.each([
    [1, 1],
    [mebibyte - 1, 1],
    [mebibyte, 1],
    [mebibyte + 1, 2],
    [3 * mebibyte + 12_345, 4],
  ])('reads exactly the %i bytes of the file in %i slices', async (size, count) => {
    const content = noise(size);
    const file = writeFile(path.join(tempDir(), 'a.jpg'), content);
    const counted: number[] = [];
    const bytes = await readAll(openRange(file, whole(statOf(file))), (bytesRead) => counted.push(bytesRead));
    expect(bytes.equals(content)).toBe(true);
    expect(counted).toHaveLength(count);
  });

  it('reads a photo in one go, without a turn of the event loop', () => {
    const file = writeFile(path.join(tempDir(), 'a.jpg'), noise(mebibyte));
    const reader = openRange(file, whole(statOf(file)));
    expect(reader.read(Buffer.alloc(mebibyte))).toBe(mebibyte);
    expect(reader.read(Buffer.alloc(mebibyte))).toBe(0);
    reader.close();
  });

  it('reads a file whose name is not UTF-8', async () => {
    const name = Buffer.concat([Buffer.from(`${tempDir()}/M`), Buffer.from([0xfc]), Buffer.from('ller.jpg')]);
    fs.writeFileSync(name, 'content');
    const text = `bytes:${name.toString('base64url')}`;
    expect((await readAll(openRange(text, whole(statOf(text))))).toString()).toBe('content');
  });

  it.each([3 * mebibyte, 1000])('fails when the file ends early: %i bytes', async (size) => {
    const file = writeFile(path.join(tempDir(), 'a.jpg'), noise(size));
    const range = whole(statOf(file));
    fs.truncateSync(file, 500);
    await expect(readAll(openRange(file, range))).rejects.toBeInstanceOf(FileChanged);
  });

  it('reads no byte more than was inspected when the file grows', async () => {
    const content = noise(mebibyte + 100);
    const file = writeFile(path.join(tempDir(), 'a.jpg'), content);
    const range = whole(statOf(file));
    fs.appendFileSync(file, 'more');
    expect((await readAll(openRange(file, range))).equals(content)).toBe(true);
  });

  it('fails with the system’s error when the file is gone', () => {
    const file = path.join(tempDir(), 'a.jpg');
    expect(() => openRange(file, { offset: 0, length: 1 })).toThrow(
      expect.objectContaining({ code: 'ENOENT' }),
    );
  });

  it.skipIf(process.platform !== 'linux')('lets go of the file, but not under a read', async () => {
    const file = writeFile(path.join(tempDir(), 'a.jpg'), noise(8 * mebibyte));
    const range = whole(statOf(file));
    const unread = openRange(file, range);
    expect(openCount(file)).toBe(1);
    unread.close();
    expect(openCount(file)).toBe(0);
    const reader = openRange(file, range);
    const reading = reader.read(Buffer.alloc(mebibyte));
    reader.close();
    reader.close();
    expect(openCount(file)).toBe(1);
    await reading;
    expect(openCount(file)).toBe(0);
    expect(() => reader.read(Buffer.alloc(1))).toThrow(TypeError);
  });

  it.skipIf(process.platform === 'win32')('does not wait for the writer of a named pipe', async () => {
    const pipe = path.join(tempDir(), 'a.jpg');
    const { execFileSync } = await import('node:child_process');
    execFileSync('mkfifo', [pipe]);
    const reader = openRange(pipe, { offset: 0, length: 10 });
    onTestFinished(reader.close);
    expect(() => reader.read(Buffer.alloc(10))).toThrow();
  });
});

describe('assertUnchanged', () => {
  it('takes the file that was inspected', () => {
    const file = writeFile(path.join(tempDir(), 'a.jpg'), 'content');
    assertUnchanged(file, statOf(file));
  });

  it.each([
    ['was appended to', (file: string) => fs.appendFileSync(file, 'x')],
    ['was written over with as many bytes', (file: string) => fs.writeFileSync(file, 'CONTENT')],
    [
      'was replaced by another one of the same size and time',
      (file: string) => {
        const { atime, mtime } = fs.statSync(file);
        fs.writeFileSync(`${file}.new`, 'CONTENT');
        fs.utimesSync(`${file}.new`, atime, mtime);
        fs.renameSync(`${file}.new`, file);
      },
    ],
  ])('refuses a file that %s', (_what, change) => {
    const file = writeFile(path.join(tempDir(), 'a.jpg'), 'content');
    fs.utimesSync(file, 1_700_000_000, 1_700_000_000);
    const stat = statOf(file);
    change(file);
    expect(() => assertUnchanged(file, stat)).toThrow(FileChanged);
  });

  it('passes on that the file is gone', () => {
    const file = path.join(tempDir(), 'a.jpg');
    expect(() => assertUnchanged(file, { device: '1', inode: '1', size: 1, mtimeNs: '1' })).toThrow(
      expect.objectContaining({ code: 'ENOENT' }),
    );
  });
});
