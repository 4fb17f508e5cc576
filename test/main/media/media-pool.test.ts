import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createMediaPool, type MediaPool, type MediaPoolOptions } from '../../../main/media/media-pool.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { jpeg, withThumbnail } from './support/pictures.ts';

const pools: MediaPool[] = [];

function open(options: Partial<MediaPoolOptions> = {}): MediaPool {
  const workerUrl = new URL('../../support/media-worker.mjs', import.meta.url);
  const pool = createMediaPool({ workerUrl, size: 2, ...options });
  pools.push(pool);
  return pool;
}

/** A worker of the test's own: what a job does is said by its path. */
function openWith(code: string, options: Partial<MediaPoolOptions> = {}): MediaPool {
  const file = path.join(tempDir(), 'worker.mjs');
  fs.writeFileSync(
    file,
    `import { parentPort } from 'node:worker_threads';
     const reply = (id, result) => parentPort.postMessage({ id, kind: 'inspected', result });
     parentPort.on('message', ({ id, kind, path }) => { ${code} });`,
  );
  return open({ workerUrl: new URL(`file://${file}`), ...options });
}

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

function write(content: Uint8Array, name = 'photo.jpg'): string {
  const file = path.join(tempDir(), name);
  fs.writeFileSync(file, content);
  return file;
}

describe('the real worker', () => {
  it('inspects, makes thumbnails and verifies', async () => {
    const pool = open();
    const content = withThumbnail(await jpeg(1600, 1200), await jpeg(160, 120));
    const file = write(content);
    const [inspection, thumbnail, verdict, gone] = await Promise.all([
      pool.inspect(Buffer.from(file), { md5: true }),
      pool.thumbnail(file, { size: 256, contentType: 'image/jpeg' }),
      pool.verify(file, 'image/jpeg'),
      pool.inspect(`${file}.gone`, { md5: false }),
    ]);
    expect(inspection).toMatchObject({
      ok: true,
      sha256: crypto.createHash('sha256').update(content).digest('hex'),
    });
    expect(thumbnail).toMatchObject({ ok: true, width: 160, height: 120, verified: false });
    expect(thumbnail.ok && Buffer.isBuffer(thumbnail.jpeg) && thumbnail.jpeg.readUInt16BE(0)).toBe(0xffd8);
    expect(verdict).toBe('whole');
    expect(gone).toEqual({ ok: false, reason: 'missing', detail: 'ENOENT' });
  });

  it('tells how far it is, and stops in the middle when called off', async () => {
    const pool = open({ size: 1 });
    const file = write(Buffer.alloc(1), 'clip.mp4');
    fs.truncateSync(file, 2 ** 36); // sparse: takes minutes to hash, and no room
    const control = new AbortController();
    const running = pool.inspect(file, {
      md5: false,
      signal: control.signal,
      onBytes: () => {
        control.abort();
      },
    });
    const queued = pool.inspect(file, { md5: false, signal: control.signal });
    const [first, second] = await Promise.allSettled([running, queued]);
    expect([first, second]).toMatchObject([
      { reason: { name: 'AbortError' } },
      { reason: { name: 'AbortError' } },
    ]);
    await expect(pool.inspect(file, { md5: false, signal: control.signal })).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(await pool.inspect(write(await jpeg()), { md5: false })).toMatchObject({ ok: true });
  });
});

describe('workers that fail', () => {
  it('answers the job of one that dies, and goes on with another', async () => {
    const pool = openWith(
      `if (path === 'kill') process.exit(3); if (path === 'throw') throw new RangeError('x'); reply(id, path);`,
      {
        size: 1,
      },
    );
    const results = await Promise.all(
      ['a', 'kill', 'b', 'throw', 'c'].map((name) => pool.inspect(name, { md5: false })),
    );
    expect(results).toEqual([
      'a',
      { ok: false, reason: 'local_io', detail: 'worker crashed: exit' },
      'b',
      { ok: false, reason: 'local_io', detail: 'worker crashed: RangeError' },
      'c',
    ]);
  });

  it('ends a picture that takes for ever', async () => {
    const pool = openWith(
      `if (path === 'bomb') for (;;); parentPort.postMessage({ id, kind: 'verified', result: 'whole' });`,
      // In which a worker must also have started, on a computer with other things to do.
      { decodeTimeoutMs: 2_000 },
    );
    expect(await pool.thumbnail('bomb', { size: 256, contentType: 'image/png' })).toEqual({
      ok: false,
      reason: 'unsupported',
    });
    expect(await pool.verify('bomb', 'image/png')).toBe('unknown');
    expect(await pool.verify('photo', 'image/png')).toBe('whole');
  });

  it('answers everything when it is closed', async () => {
    const pool = openWith('', { size: 1 });
    const unfinished = [
      pool.inspect('a', { md5: false }),
      pool.inspect('b', { md5: false }),
      pool.thumbnail('c', { size: 256, contentType: 'image/jpeg' }),
      pool.verify('d', 'image/jpeg'),
    ];
    await pool.close();
    const closed = { ok: false, reason: 'local_io', detail: 'worker closed' };
    expect(await Promise.all(unfinished)).toEqual([
      closed,
      closed,
      { ok: false, reason: 'unreadable' },
      'unknown',
    ]);
    expect(await pool.inspect('e', { md5: false })).toEqual(closed);
  });
});

describe('whose turn it is', () => {
  const counting = `
    globalThis.seen ??= 0; globalThis.seen++;
    if (kind === 'inspect') reply(id, { path, turn: globalThis.seen });
    else if (kind === 'verify') parentPort.postMessage({ id, kind: 'verified', result: globalThis.seen });
    else parentPort.postMessage({ id, kind: 'thumbnail', result: { ok: false, reason: globalThis.seen } });`;

  it('inspects first come, first served', async () => {
    const pool = openWith(counting, { size: 1 });
    const results = await Promise.all(['a', 'b', 'c', 'd'].map((name) => pool.inspect(name, { md5: false })));
    expect(results.map((result) => (result as unknown as { turn: number }).turn)).toEqual([1, 2, 3, 4]);
  });

  it('makes the newest thumbnails first, and verifies when there are none to make', async () => {
    const pool = openWith(counting);
    const options = { size: 256, contentType: 'image/jpeg' };
    const verdict = pool.verify('first', 'image/jpeg'); // begins at once
    const later = pool.verify('later', 'image/jpeg');
    const thumbnails = ['a', 'b', 'c'].map((name) => pool.thumbnail(name, options));
    const turns = (await Promise.all(thumbnails)).map((result) => (result.ok ? 0 : result.reason));
    expect([await verdict, turns, await later]).toEqual([1, [4, 3, 2], 5]);
  });
});
