import { execFileSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { inspectFile } from '../../../main/media/inspect.ts';
import { makeThumbnail, verifyPixels, type Thumbnail } from '../../../main/media/thumbnail.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { createRandom, jpeg, picture, realPhotos, withThumbnail } from './support/pictures.ts';

function write(content: Uint8Array, name = 'photo'): string {
  const file = path.join(tempDir(), name);
  fs.writeFileSync(file, content);
  return file;
}

async function thumbnail(file: string | Buffer, contentType = 'image/jpeg', size = 256): Promise<Thumbnail> {
  const result = await makeThumbnail(file, { size, contentType });
  if (!result.ok) throw new Error(result.reason);
  return result;
}

/** Red above blue, so that one sees which way is up. */
async function flag(width: number, height: number): Promise<Buffer> {
  const red = { create: { width, height: height / 2, channels: 3, background: '#ff0000' } } as const;
  return sharp({ create: { width, height, channels: 3, background: '#0000ff' } })
    .composite([{ input: red, gravity: 'north' }])
    .jpeg()
    .toBuffer();
}

async function corner(image: Buffer): Promise<string> {
  const { data } = await sharp(image)
    .extract({ left: 2, top: 2, width: 1, height: 1 })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return data[0]! > 128 ? 'red' : 'blue';
}

describe('from the photo itself', () => {
  it.each(['jpeg', 'png', 'gif', 'webp', 'tiff', 'avif'] as const)('makes a %s small', async (format) => {
    const file = write(await picture(640, 480).toFormat(format).toBuffer());
    const made = await thumbnail(file, `image/${format}`);
    expect(made).toMatchObject({ width: 256, height: 192, verified: true });
    expect(made.damaged).toBeUndefined();
    expect(await sharp(made.jpeg).metadata()).toMatchObject({ format: 'jpeg', width: 256, height: 192 });
    expect(await verifyPixels(file, `image/${format}`)).toBe('whole');
  });

  it('turns it upright, enlarges nothing, and carries nothing over', async () => {
    const upside = await sharp(await flag(100, 80))
      .withExif({ IFD0: { Make: 'Canon' } })
      .withMetadata({ orientation: 3 })
      .jpeg()
      .toBuffer();
    const made = await thumbnail(write(upside));
    expect(made).toMatchObject({ width: 100, height: 80 });
    expect(await corner(made.jpeg)).toBe('blue');
    expect((await sharp(made.jpeg).metadata()).exif).toBeUndefined();
  });

  it('reads names that are not UTF-8', async () => {
    const file = Buffer.concat([Buffer.from(`${tempDir()}/IMG_`), Buffer.from([0xff])]);
    fs.writeFileSync(file, await jpeg());
    expect(await thumbnail(file)).toMatchObject({ width: 256 });
  });
});

describe('from the head of the photo', () => {
  it('takes the camera’s own, upright', async () => {
    const made = await thumbnail(write(withThumbnail(await jpeg(1600, 1200), await flag(160, 120))));
    expect(made).toMatchObject({ width: 160, height: 120, verified: false });
    expect(await corner(made.jpeg)).toBe('red');
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('turns it like the photo: orientation %i', async (orientation) => {
    // A quarter in red: every turn and mirror puts it elsewhere.
    const quarter = { create: { width: 80, height: 60, channels: 3, background: '#ff0000' } } as const;
    const small = await sharp({ create: { width: 160, height: 120, channels: 3, background: '#0000ff' } })
      .composite([{ input: quarter, gravity: 'northwest' }])
      .jpeg()
      .toBuffer();
    const file = write(withThumbnail(await jpeg(1600, 1200), small, orientation));
    const made = await thumbnail(file);
    expect(made.verified).toBe(false);
    const turned = await sharp(withThumbnail(small, small, orientation))
      .autoOrient()
      .toBuffer();
    expect(await sharp(made.jpeg).metadata()).toMatchObject(
      orientation > 4 ? { width: 120, height: 160 } : { width: 160, height: 120 },
    );
    for (const [left, top] of [
      [0.1, 0.1],
      [0.9, 0.1],
      [0.1, 0.9],
      [0.9, 0.9],
    ] as const) {
      const at = {
        left: Math.floor(left * made.width),
        top: Math.floor(top * made.height),
        width: 1,
        height: 1,
      };
      const [ours, theirs] = await Promise.all(
        [made.jpeg, turned].map((one) => sharp(one).extract(at).raw().toBuffer()),
      );
      expect(ours![0]! > 128).toBe(theirs![0]! > 128);
    }
  });

  it.each([
    ['too small', 80, 60],
    ['of another shape', 160, 90],
  ])('does not take one that is %s', async (_why, width, height) => {
    const file = write(withThumbnail(await jpeg(1600, 1200), await flag(width, height)));
    expect(await thumbnail(file)).toMatchObject({ width: 256, height: 192, verified: true });
  });

  it('does not take one that is broken', async () => {
    const small = (await jpeg(160, 120)).subarray(0, 3000);
    const file = write(withThumbnail(await jpeg(1600, 1200), small));
    expect(await thumbnail(file)).toMatchObject({ width: 256, height: 192, verified: true });
  });
});

describe('damaged photos', () => {
  it.each([0.2, 0.5, 0.9])('shows what is there of a JPEG cut at %d, and says so', async (part) => {
    const content = await jpeg(640, 480);
    const file = write(content.subarray(0, Math.floor(content.length * part)));
    expect(await thumbnail(file)).toMatchObject({ width: 256, height: 192, damaged: true });
    expect(await verifyPixels(file, 'image/jpeg')).toBe('damaged');
  });

  it('finds pixels that cannot be decoded where the structure looks right', async () => {
    const content = await jpeg(640, 480);
    // An unknown code in the tables of Huffman codes: every marker is in its place.
    const table = content.indexOf(Buffer.from([0xff, 0xc4]));
    content.fill(0x11, table + 6, table + 10);
    const file = write(content);
    expect(inspectFile(file, { md5: false })).toMatchObject({ ok: true, damaged: null });
    expect(await verifyPixels(file, 'image/jpeg')).toBe('damaged');
  });

  it('has none of what is no picture at all', async () => {
    const options = { size: 256, contentType: 'image/jpeg' };
    expect(await makeThumbnail(write(Buffer.alloc(5000)), options)).toEqual({ ok: false, reason: 'damaged' });
    expect(await makeThumbnail(write(Buffer.alloc(0)), options)).toEqual({ ok: false, reason: 'damaged' });
  });

  it('finds a PNG whose pixels do not match their checksums', async () => {
    const content = await picture(200, 150).png().toBuffer();
    crypto.randomFillSync(content, content.length >> 1, 64);
    expect(await verifyPixels(write(content), 'image/png')).toBe('damaged');
  });
});

describe('what has no thumbnail', () => {
  it('says whether the file or the format is why', async () => {
    const dir = tempDir();
    const pipe = path.join(dir, 'pipe');
    execFileSync('mkfifo', [pipe]);
    for (const file of [dir, pipe, path.join(dir, 'gone')]) {
      expect(await makeThumbnail(file, { size: 256, contentType: 'image/jpeg' })).toEqual({
        ok: false,
        reason: 'unreadable',
      });
      expect(await verifyPixels(file, 'image/jpeg')).toBe('unknown');
    }
    const film = write(Buffer.alloc(100));
    expect(await makeThumbnail(film, { size: 256, contentType: 'video/mp4' })).toEqual({
      ok: false,
      reason: 'unsupported',
    });
    expect(await verifyPixels(film, 'video/mp4')).toBe('unknown');
  });

  it('refuses a picture that would fill the memory', async () => {
    const bomb = await picture(16, 16).png().toBuffer();
    bomb.writeUInt32BE(60_000, 16);
    bomb.writeUInt32BE(60_000, 20);
    const started = performance.now();
    expect((await makeThumbnail(write(bomb), { size: 256, contentType: 'image/png' })).ok).toBe(false);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

it('always has an answer, whatever the bytes', { timeout: 120_000 }, async () => {
  const random = createRandom(4711);
  const samples: [string, Buffer][] = [
    ['image/jpeg', withThumbnail(await jpeg(400, 300), await jpeg(160, 120))],
    ['image/png', await picture(100, 80).png().toBuffer()],
    ['image/webp', await picture(100, 80).webp().toBuffer()],
    ['image/gif', await picture(100, 80).gif().toBuffer()],
    ['image/tiff', await picture(100, 80).tiff().toBuffer()],
  ];
  const file = write(Buffer.alloc(1));
  for (let round = 0; round < 100; round++) {
    const [contentType, whole] = samples[round % samples.length]!;
    const content = Buffer.from(whole);
    for (let flips = random(20); flips >= 0; flips--)
      content[random(random(2) ? 400 : content.length)] = random(256);
    fs.writeFileSync(file, content.subarray(0, random(3) === 0 ? 1 + random(content.length) : undefined));
    expect(await makeThumbnail(file, { size: 64, contentType })).toHaveProperty('ok');
  }
});

it.runIf(realPhotos().length > 0)(
  'decodes every real photo but the damaged one',
  { timeout: 120_000 },
  async () => {
    for (const file of realPhotos()) {
      const inspection = inspectFile(file, { md5: false });
      if (!inspection.ok || inspection.sniffed.contentType.startsWith('image/hei')) continue;
      const verdict = await verifyPixels(file, inspection.sniffed.contentType);
      expect({ file, verdict }).toEqual({
        file,
        verdict: file.endsWith('corrupted.jpg') ? 'damaged' : 'whole',
      });
      expect((await makeThumbnail(file, { size: 256, contentType: inspection.sniffed.contentType })).ok).toBe(
        true,
      );
    }
  },
);
