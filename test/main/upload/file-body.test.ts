import fs from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { FileChanged } from '../../../main/upload/failures.ts';
import { assertUnchanged, fileBody } from '../../../main/upload/file-body.ts';
import { noise, statOf, writeFile } from '../../support/files.ts';
import { tempDir } from '../../support/temp-dir.ts';

const mebibyte = 1024 * 1024;

async function read(body: Readable, onChunk: (chunk: Buffer) => void = () => undefined): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    onChunk(chunk);
  }
  return Buffer.concat(chunks);
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

const closed = (body: Readable): Promise<void> =>
  body.closed ? Promise.resolve() : new Promise((resolve) => body.once('close', resolve));

const whole = ({ size }: { size: number }) => ({ offset: 0, length: size });

describe('fileBody', () => {
  it('streams a part of the file', async () => {
    const content = noise(5 * mebibyte);
    const file = writeFile(path.join(tempDir(), 'a.mov'), content);
    const range = { offset: 2 * mebibyte + 7, length: 2 * mebibyte + 1 };
    const bytes = await read(fileBody(file, range, () => undefined));
    expect(bytes.equals(content.subarray(range.offset, range.offset + range.length))).toBe(true);
  });

  it.each([1, mebibyte - 1, mebibyte, mebibyte + 1, 3 * mebibyte + 12_345])(
    'streams exactly the %i bytes of the file, in slices of at most 1 MiB, and counts them',
    async (size) => {
      const content = noise(size);
      const file = writeFile(path.join(tempDir(), 'a.jpg'), content);
      const counted: number[] = [];
      let largest = 0;
      const body = fileBody(file, whole(statOf(file)), (count) => counted.push(count));
      const bytes = await read(body, (chunk) => (largest = Math.max(largest, chunk.length)));
      expect(bytes.equals(content)).toBe(true);
      expect(counted.reduce((sum, count) => sum + count, 0)).toBe(size);
      expect(largest).toBeLessThanOrEqual(mebibyte);
    },
  );

  it('streams a file whose name is not UTF-8', async () => {
    const name = Buffer.concat([Buffer.from(`${tempDir()}/M`), Buffer.from([0xfc]), Buffer.from('ller.jpg')]);
    fs.writeFileSync(name, 'content');
    const text = `bytes:${name.toString('base64url')}`;
    expect((await read(fileBody(text, whole(statOf(text)), () => undefined))).toString()).toBe('content');
  });

  it('fails when the file ends early', async () => {
    const file = writeFile(path.join(tempDir(), 'a.jpg'), noise(3 * mebibyte));
    const stat = statOf(file);
    let cut = false;
    const reading = read(
      fileBody(file, whole(stat), () => undefined),
      () => {
        if (!cut) fs.truncateSync(file, mebibyte);
        cut = true;
      },
    );
    await expect(reading).rejects.toBeInstanceOf(FileChanged);
    expect(openCount(file)).toBe(0);
  });

  it('sends no byte more than was inspected when the file grows', async () => {
    const content = noise(mebibyte + 100);
    const file = writeFile(path.join(tempDir(), 'a.jpg'), content);
    const stat = statOf(file);
    fs.appendFileSync(file, 'more');
    expect((await read(fileBody(file, whole(stat), () => undefined))).equals(content)).toBe(true);
  });

  it('fails with the system’s error when the file is gone', async () => {
    const file = writeFile(path.join(tempDir(), 'a.jpg'), 'content');
    const stat = statOf(file);
    fs.rmSync(file);
    await expect(read(fileBody(file, whole(stat), () => undefined))).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });

  it.skipIf(process.platform !== 'linux')('lets go of the file when the request ends early', async () => {
    const file = writeFile(path.join(tempDir(), 'a.jpg'), noise(8 * mebibyte));
    const unread = fileBody(file, whole(statOf(file)), () => undefined);
    unread.destroy();
    await closed(unread);
    const counted: number[] = [];
    const started = fileBody(file, whole(statOf(file)), (count) => counted.push(count));
    await new Promise((resolve) => started.once('readable', resolve));
    started.read();
    expect(openCount(file)).toBe(1);
    started.destroy();
    await closed(started);
    expect(openCount(file)).toBe(0);
    // Memory stays bounded: it never read far ahead of what was taken.
    expect(counted.length).toBeLessThanOrEqual(3);
  });
});

describe('assertUnchanged', () => {
  it('takes the file that was inspected', async () => {
    const file = writeFile(path.join(tempDir(), 'a.jpg'), 'content');
    await expect(assertUnchanged(file, statOf(file))).resolves.toBeUndefined();
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
  ])('refuses a file that %s', async (_what, change) => {
    const file = writeFile(path.join(tempDir(), 'a.jpg'), 'content');
    fs.utimesSync(file, 1_700_000_000, 1_700_000_000);
    const stat = statOf(file);
    change(file);
    await expect(assertUnchanged(file, stat)).rejects.toBeInstanceOf(FileChanged);
  });

  it('passes on that the file is gone', async () => {
    const file = path.join(tempDir(), 'a.jpg');
    await expect(
      assertUnchanged(file, { device: '1', inode: '1', size: 1, mtimeNs: '1' }),
    ).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });
});
