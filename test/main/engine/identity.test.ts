/** What the engine knows of a file beyond its path: that it was read before. */
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { noise, sha256 } from '../../support/files.ts';
import { writePhoto } from '../../support/photo-files.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { TestEngine } from '../../support/test-engine.ts';
import { openGatedSandbox, subOf, type GatedSandbox } from '../../support/test-sandbox.ts';
import { cannotMount, memoryDisk } from '../../support/volume.ts';

let sandbox: GatedSandbox;
beforeAll(async () => {
  sandbox = await openGatedSandbox('sandbox');
});
afterAll(() => sandbox.stop());

/** Every photo of this file has a content of its own: the library keeps what an earlier test stored. */
let seed = 20_000;

let engines: TestEngine[] = [];
afterEach(async () => {
  await Promise.all(engines.map((engine) => engine.stop()));
  engines = [];
});

function openEngine(userDataDir = tempDir()): Promise<TestEngine> {
  const engine = new TestEngine(sandbox, userDataDir);
  engines.push(engine);
  return engine.open();
}

/** Photos that nobody has written to for an hour. */
async function settledPhotos(folder: string, count: number): Promise<string[]> {
  const files: string[] = [];
  for (let index = 0; index < count; index++) {
    const file = path.join(folder, `${index}.jpg`);
    await writePhoto(file, seed++);
    const anHourAgo = Date.now() / 1000 - 3600;
    fs.utimesSync(file, anHourAgo, anHourAgo);
    files.push(file);
  }
  return files;
}

const idle = (engine: TestEngine, count: number): Promise<unknown> =>
  engine.until(({ done, decoding }) => done.count === count && !decoding);

describe('a row says what it waits for', () => {
  /** Two copies of one photo, of which the first is being sent and the second waits for it. */
  async function withCopyWaiting(): Promise<TestEngine> {
    const engine = await openEngine();
    const folder = tempDir();
    const [first, second] = [path.join(folder, 'a.jpg'), path.join(folder, 'b.jpg')];
    await writePhoto(first, seed++);
    fs.copyFileSync(first, second);
    sandbox.storeGate.begin(({ method }) => (method === 'PUT' ? 'hold' : 'pass'));
    await engine.drop(first);
    await sandbox.storeGate.until(() => sandbox.storeGate.held === 1);
    await engine.drop(second);
    await engine.until(() => {
      const { state } = engine.row('b.jpg');
      return state.kind === 'waiting' && state.reason === 'copy_on_its_way';
    });
    return engine;
  }
  const lookups = (): number =>
    sandbox.backendGate.requests.filter(({ url }) => url.endsWith('/lookup')).length;

  it('is a copy of a photo that is on its way, then of the stored one', async () => {
    const engine = await withCopyWaiting();
    expect(engine.row('b.jpg').state).toMatchObject({ waitsFor: 'a.jpg', nextTryAt: null });
    sandbox.backendGate.begin();
    sandbox.storeGate.release();
    await engine.settled();
    expect(engine.row('b.jpg').state).toEqual({ kind: 'done', duplicateOf: 'a.jpg' });
    expect(lookups()).toBe(1);
  });

  it('is a copy that is sent itself when the other one is removed', async () => {
    const engine = await withCopyWaiting();
    await engine.call['queue.remove']([engine.row('a.jpg').id]);
    await sandbox.storeGate.until(() => sandbox.storeGate.requests.length === 2);
    sandbox.storeGate.release();
    await engine.settled();
    expect(engine.row('b.jpg').state).toEqual({ kind: 'done', duplicateOf: null });
  });

  it('is a file in whose place a folder stands', async () => {
    const engine = await openEngine();
    await engine.call['queue.pause']();
    const folder = tempDir();
    await writePhoto(path.join(folder, 'a.jpg'), seed++);
    await engine.drop(folder);
    fs.rmSync(path.join(folder, 'a.jpg'));
    fs.mkdirSync(path.join(folder, 'a.jpg'));
    await engine.call['queue.resume']();
    await engine.settled();
    expect(engine.row('a.jpg').state).toEqual({ kind: 'blocked', reason: 'not_a_file' });
  });
});

describe('a copy of a stored photo that is uploaded anyway', () => {
  /** A stored photo and a row that is done as its copy; also where its object lies. */
  async function withStoredCopy(
    bytes?: Buffer,
  ): Promise<{ engine: TestEngine; content: Buffer; object: { Bucket: string; Key: string } }> {
    const engine = await openEngine();
    const folder = tempDir();
    const first = path.join(folder, 'a.jpg');
    const content = bytes ?? (await writePhoto(first, seed++));
    fs.writeFileSync(first, content);
    fs.copyFileSync(first, path.join(folder, 'b.jpg'));
    await engine.drop(first);
    await engine.settled();
    await engine.drop(folder);
    await engine.settled();
    expect(engine.row('b.jpg').state).toEqual({ kind: 'done', duplicateOf: 'a.jpg' });
    const Key = `users/${subOf('demo')}/photos/${sha256(content)}.jpg`;
    return { engine, content, object: { Bucket: sandbox.owner.bucket, Key } };
  }
  const insist = async (engine: TestEngine): Promise<void> => {
    sandbox.storeGate.begin();
    await engine.call['queue.uploadAnyway']([engine.row('b.jpg').id]);
    await engine.settled();
    expect(engine.row('b.jpg').state).toEqual({ kind: 'done', duplicateOf: null });
  };
  const stored = async (Key: string): Promise<Buffer | undefined> => (await sandbox.objects('demo')).get(Key);

  it('is looked at in the store, and not sent when it lies there as it should', async () => {
    const { engine } = await withStoredCopy();
    await insist(engine);
    expect(sandbox.storeGate.requests).toEqual([]);
  });

  it('is sent when the object is gone', async () => {
    const { engine, content, object } = await withStoredCopy();
    await sandbox.owner.s3.send(new DeleteObjectCommand(object));
    await insist(engine);
    expect(await stored(object.Key)).toEqual(content);
  });

  it('is put over an object that is not what it should be', async () => {
    const { engine, content, object } = await withStoredCopy();
    await sandbox.owner.s3.send(new PutObjectCommand({ ...object, Body: noise(content.length, 9) }));
    await insist(engine);
    expect(await stored(object.Key)).toEqual(content);
  });

  it('is put over it in parts where it is large', async () => {
    const jpeg = await writePhoto(path.join(tempDir(), 'large.jpg'), seed++);
    const { engine, content, object } = await withStoredCopy(
      Buffer.concat([jpeg, noise(17 * 1024 * 1024, seed++)]),
    );
    await sandbox.owner.s3.send(new PutObjectCommand({ ...object, Body: noise(1000, 9) }));
    await insist(engine);
    expect((await stored(object.Key))?.equals(content)).toBe(true);
  });

  it('is nothing that a row can be which is no copy', async () => {
    const { engine } = await withStoredCopy();
    await engine.call['queue.uploadAnyway']([engine.row('a.jpg').id]);
    expect(engine.row('a.jpg').state).toEqual({ kind: 'done', duplicateOf: null });
    expect(engine.summary().waiting.count + engine.summary().active.count).toBe(0);
  });
});

if (cannotMount !== null) process.stdout.write(`reads of unchanged files: not tested, ${cannotMount}\n`);

describe.skipIf(cannotMount !== null)('a folder that is dropped again after its rows were removed', () => {
  /** When each file was last read: the disk notes every read of this one. */
  const readAt = (files: string[]): bigint[] =>
    files.map((file) => fs.statSync(file, { bigint: true }).atimeNs);

  it('costs a walk: no byte of its files is read again, also by a new engine', async () => {
    const folder = memoryDisk('size=16m,strictatime');
    const files = await settledPhotos(folder, 5);
    const before = readAt(files);
    const userDataDir = tempDir();
    const engine = await openEngine(userDataDir);
    await engine.drop(folder);
    await idle(engine, 5);
    const after = readAt(files);
    expect(after.every((at, index) => at > (before[index] ?? 0n))).toBe(true);

    await engine.call['queue.remove'](engine.rows().map(({ id }) => id));
    expect((await engine.drop(folder)).intake).toMatchObject({ queued: 5 });
    await idle(engine, 5);
    expect(engine.rows().map(({ state }) => state)).toEqual(
      files.map((file) => ({ kind: 'done', duplicateOf: path.basename(file) })),
    );
    await engine.call['queue.remove'](engine.rows().map(({ id }) => id));
    await engine.stop();

    const next = await openEngine(userDataDir);
    await next.drop(folder);
    await idle(next, 5);
    expect(readAt(files)).toEqual(after);
  });

  it.each(['the queue', 'the history'])(
    'is not taken for stored where a file was written to since and has its old mtime and size: %s',
    async (place) => {
      const folder = memoryDisk('size=16m,strictatime');
      const [, edited] = (await settledPhotos(folder, 2)) as [string, string];
      const engine = await openEngine();
      await engine.drop(folder);
      await idle(engine, 2);
      if (place === 'the history') expect(await engine.call['queue.archive']()).toBe(2);
      const { atime, mtime, size } = fs.statSync(edited);
      const bytes = fs.readFileSync(edited);
      bytes.writeUInt8(bytes.readUInt8(size - 40) ^ 2, size - 40);
      fs.writeFileSync(edited, bytes, { flag: 'r+' });
      fs.utimesSync(edited, atime, mtime);
      expect((await engine.drop(folder)).intake).toMatchObject({
        queued: 1,
        skipped: [{ reason: 'already_stored', count: 1 }],
      });
      await idle(engine, place === 'the history' ? 1 : 2);
      expect(engine.row('1.jpg').state).toEqual({ kind: 'done', duplicateOf: null });
      const stored = [...(await sandbox.objects('demo')).values()];
      expect(stored.some((object) => object.equals(bytes))).toBe(true);
    },
  );

  it('reads the one that was written to meanwhile, its mtime set back, and stores its new content', async () => {
    const folder = memoryDisk('size=16m,strictatime');
    const [kept, edited] = (await settledPhotos(folder, 2)) as [string, string];
    const engine = await openEngine();
    await engine.drop(folder);
    await idle(engine, 2);
    await engine.call['queue.remove'](engine.rows().map(({ id }) => id));
    const [keptAt] = readAt([kept]);

    const { atime, mtime, size } = fs.statSync(edited);
    const bytes = fs.readFileSync(edited);
    bytes.writeUInt8(bytes.readUInt8(size - 40) ^ 1, size - 40);
    fs.writeFileSync(edited, bytes, { flag: 'r+' });
    fs.utimesSync(edited, atime, mtime);
    await engine.drop(folder);
    await idle(engine, 2);
    expect(engine.row('0.jpg').state).toEqual({ kind: 'done', duplicateOf: '0.jpg' });
    expect(engine.row('1.jpg').state).toEqual({ kind: 'done', duplicateOf: null });
    expect(readAt([kept])).toEqual([keptAt]);
    const stored = [...(await sandbox.objects('demo')).values()];
    expect(stored.some((object) => object.equals(bytes))).toBe(true);
  });
});
