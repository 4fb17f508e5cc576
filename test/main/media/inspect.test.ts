import { execFileSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { startDigestThread } from '../../../main/media/digest-thread.ts';
import { inspectFile, type Inspection, type InspectOptions } from '../../../main/media/inspect.ts';
import { noise } from '../../support/files.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { createRandom, jpeg, realPhotos } from './support/pictures.ts';

function write(content: Uint8Array, name = 'photo.jpg'): string {
  const file = path.join(tempDir(), name);
  fs.writeFileSync(file, content);
  return file;
}

function inspected(file: string | Buffer, options: Partial<InspectOptions> = {}): Inspection {
  const result = inspectFile(file, { md5: false, ...options });
  if (!result.ok) throw new Error(`${result.reason}: ${result.detail}`);
  return result;
}

const digest = (name: string, content: Uint8Array, form: 'hex' | 'base64'): string =>
  crypto.createHash(name).update(content).digest(form);

describe('digests', () => {
  it('hashes the file in one pass and says what it is', async () => {
    const content = await jpeg();
    const file = write(content);
    const stat = fs.statSync(file, { bigint: true });
    expect(inspected(file, { md5: true })).toMatchObject({
      sha256: digest('sha256', content, 'hex'),
      md5: digest('md5', content, 'base64'),
      stat: {
        device: String(stat.dev),
        inode: String(stat.ino),
        size: content.length,
        mtimeNs: String(stat.mtimeNs),
      },
      sniffed: { kind: 'photo', contentType: 'image/jpeg', extension: 'jpg' },
      width: 320,
      height: 240,
      damaged: null,
    });
    expect(inspected(file).md5).toBeUndefined();
  });

  it('hashes the parts of a large file, whose size is no multiple of anything', () => {
    const content = crypto.randomBytes(3_000_017);
    const partSize = 1_000_000;
    const sizes: number[] = [];
    const partSizeFor = (size: number): number => {
      sizes.push(size);
      return partSize;
    };
    const { parts, sha256, md5 } = inspected(write(content, 'clip.mp4'), { md5: true, partSizeFor });
    const expected = [0, 1, 2, 3].map((index) => {
      const part = content.subarray(index * partSize, (index + 1) * partSize);
      return { size: part.length, sha256: digest('sha256', part, 'hex'), md5: digest('md5', part, 'base64') };
    });
    expect(parts).toEqual(expected);
    expect(sha256).toBe(digest('sha256', content, 'hex'));
    expect(md5).toBeUndefined();
    expect(sizes).toEqual([content.length]);
  });

  describe('of a very large file, which a second thread shares', () => {
    const mebibyte = 1024 * 1024;
    const worker = new URL('../../support/media-worker.mjs', import.meta.url);
    const partSizeFor = (): number => 8 * mebibyte;
    // No multiple of parts or chunks.
    const content = noise(65 * mebibyte + 17, 5);

    it.each([true, false])('are those that one thread takes (MD5: %s)', (md5) => {
      const file = write(content, 'clip.mp4');
      // The file is not fresh then, however long the first inspection takes.
      const now = (): number => Date.now() + 60_000;
      const taken: string[] = [];
      const shared = inspected(file, {
        md5,
        partSizeFor,
        now,
        startThread: (algorithm, parts) => {
          taken.push(algorithm);
          return startDigestThread(worker, algorithm, parts);
        },
      });
      expect(taken).toEqual([md5 ? 'md5' : 'sha256']);
      expect(shared).toEqual(inspected(file, { md5, partSizeFor, now }));
      expect(shared.parts).toHaveLength(9);
    });

    it('end with a reason when that thread is lost', () => {
      const file = write(content, 'clip.mp4');
      const idle = write(Buffer.from('setInterval(() => undefined, 1000);'), 'worker.mjs');
      const result = inspectFile(file, {
        md5: true,
        partSizeFor,
        startThread: (algorithm, parts) => startDigestThread(pathToFileURL(idle), algorithm, parts, 20),
      });
      expect(result).toEqual({ ok: false, reason: 'local_io', detail: 'EDIGESTTHREAD' });
    });

    it('are called off with the inspection', () => {
      const file = write(content, 'clip.mp4');
      let chunks = 0;
      const inspect = (): unknown =>
        inspectFile(file, {
          md5: true,
          partSizeFor,
          startThread: (algorithm, parts) => startDigestThread(worker, algorithm, parts),
          signal: {
            get aborted() {
              return ++chunks > 3;
            },
          },
        });
      expect(inspect).toThrow('called off');
    });
  });

  it('has no parts when the file is one part', () => {
    expect(
      inspected(write(Buffer.alloc(1000, 1), 'a.mp4'), { partSizeFor: () => 1000 }).parts,
    ).toBeUndefined();
    expect(
      inspected(write(Buffer.alloc(1000, 1), 'b.mp4'), { partSizeFor: () => null }).parts,
    ).toBeUndefined();
  });

  it('can be called off', () => {
    let bytes = 0;
    const signal = {
      get aborted(): boolean {
        return bytes > 0;
      },
    };
    const file = write(Buffer.alloc(3_000_000, 1), 'clip.mp4');
    const onBytes = (count: number): void => {
      bytes += count;
    };
    expect(() => inspectFile(file, { md5: false, signal, onBytes })).toThrow(DOMException);
    expect(bytes).toBeLessThan(3_000_000);
  });

  it('reads names that are not UTF-8', async () => {
    const content = await jpeg();
    const file = Buffer.concat([
      Buffer.from(`${tempDir()}/IMG_`),
      Buffer.from([0xff, 0xfe]),
      Buffer.from('.jpg'),
    ]);
    fs.writeFileSync(file, content);
    expect(inspected(file).sha256).toBe(digest('sha256', content, 'hex'));
  });
});

describe('files that cannot be inspected', () => {
  it('says why, and never hangs', () => {
    const dir = tempDir();
    const pipe = path.join(dir, 'pipe.jpg');
    execFileSync('mkfifo', [pipe]);
    const options = { md5: false };
    expect(inspectFile(pipe, options)).toMatchObject({ ok: false, reason: 'not_a_file' });
    expect(inspectFile(dir, options)).toMatchObject({ ok: false, reason: 'not_a_file' });
    expect(inspectFile(path.join(dir, 'gone.jpg'), options)).toMatchObject({ ok: false, reason: 'missing' });
    expect(inspectFile(path.join(pipe, 'below'), options)).toMatchObject({ ok: false, reason: 'missing' });
    expect(inspectFile(write(Buffer.alloc(0)), options)).toMatchObject({ ok: false, reason: 'empty_file' });
    expect(inspectFile('/proc/self/mem', options)).toMatchObject({ ok: false });
  });

  it.runIf(process.getuid?.() !== 0)('says so when it may not read', async () => {
    const file = write(await jpeg());
    fs.chmodSync(file, 0);
    expect(inspectFile(file, { md5: false })).toMatchObject({ ok: false, reason: 'permission_denied' });
  });

  const replaced: [string, (file: string) => void][] = [
    ['grows', (file) => fs.appendFileSync(file, 'x')],
    ['shrinks', (file) => fs.truncateSync(file, 700_000)],
    ['is written to in place', (file) => fs.writeFileSync(file, Buffer.alloc(1_500_000, 7))],
    [
      'is replaced by another of its size',
      (file) => {
        fs.writeFileSync(`${file}.new`, Buffer.alloc(1_500_000, 7));
        fs.renameSync(`${file}.new`, file);
      },
    ],
  ];
  it.each(replaced)('notices a file that %s while it is read', (_what, change) => {
    const file = write(Buffer.alloc(1_500_000, 1), 'clip.mp4');
    // Long ago, so that no clock is too coarse to show the change.
    fs.utimesSync(file, 1_000_000, 1_000_000);
    let changed = false;
    const onBytes = (): void => {
      if (!changed) change(file);
      changed = true;
    };
    expect(inspectFile(file, { md5: false, onBytes })).toMatchObject({ ok: false, reason: 'file_changed' });
  });

  it('notices a file that is removed while it is read', () => {
    const file = write(Buffer.alloc(1_500_000, 1), 'clip.mp4');
    const onBytes = (): void => fs.rmSync(file, { force: true });
    expect(inspectFile(file, { md5: false, onBytes })).toMatchObject({ ok: false, reason: 'missing' });
  });

  it('notes a file that was written just now', async () => {
    const file = write(await jpeg());
    const { mtimeMs } = fs.statSync(file);
    expect(inspected(file, { now: () => mtimeMs + 500 }).fresh).toBe(true);
    expect(inspected(file, { now: () => mtimeMs + 2500 }).fresh).toBeUndefined();
  });
});

describe('damage', () => {
  it('marks a JPEG that ends anywhere before its end', async () => {
    const content = await jpeg();
    for (let length = 12; length < content.length; length += 211) {
      const { damaged } = inspected(write(content.subarray(0, length)));
      expect({ length, damaged }).toEqual({ length, damaged: 'truncated' });
    }
  });

  it('marks a JPEG with foreign bytes in it', async () => {
    const content = await jpeg(1200, 900);
    // The same bytes each time: now and then random ones look like a table or an end.
    noise(4096, 7).copy(content, content.length >> 1);
    expect(inspected(write(content)).damaged).toBe('structure');
  });

  it('marks a JPEG with sectors of zeros in it, as a bad card leaves them', async () => {
    const content = await jpeg(1200, 900);
    content.fill(0, 51_200, 51_200 + 4096);
    expect(inspected(write(content)).damaged).toBe('structure');
  });

  it('does not take flat white for a hole', async () => {
    const flat = sharp({ create: { width: 2400, height: 1800, channels: 3, background: '#fff' } });
    const content = await flat.jpeg({ optimizeCoding: true }).toBuffer();
    expect(content.includes(Buffer.alloc(600))).toBe(true);
    expect(inspected(write(content)).damaged).toBeNull();
  });

  it('marks a photo whose head is gone', async () => {
    const content = await jpeg();
    content.fill(0, 0, 4096);
    expect(inspected(write(content))).toMatchObject({
      sniffed: { byName: true, kind: 'photo' },
      damaged: 'head',
    });
  });

  it('always has an answer, whatever the bytes', async () => {
    const random = createRandom(20240506);
    const exif = { IFD0: { Make: 'Tintype' }, IFD2: { DateTimeOriginal: '2024:05:06 07:08:09' } };
    const samples = [await jpeg(200, 150, exif), ...realPhotos().map((file) => fs.readFileSync(file))];
    const file = write(Buffer.alloc(1));
    for (let round = 0; round < 200; round++) {
      const content = Buffer.from(samples[round % samples.length]!.subarray(0, 200_000));
      // Most flips into the head, where the tables are.
      for (let flips = random(40); flips >= 0; flips--)
        content[random(random(2) ? 2000 : content.length)] = random(256);
      fs.writeFileSync(file, content.subarray(0, random(4) === 0 ? 1 + random(content.length) : undefined));
      const started = performance.now();
      expect(inspectFile(file, { md5: false }).ok).toBe(true);
      expect(performance.now() - started).toBeLessThan(2000);
    }
  });
});

it.runIf(realPhotos().length > 0)('marks of the real photos only the one that is damaged', () => {
  const damaged = realPhotos().filter((file) => inspected(file).damaged !== null);
  expect(damaged.map((file) => path.basename(file))).toEqual(['corrupted.jpg']);
});
