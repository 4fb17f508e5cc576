/** Files that are not where they were: renamed, moved, on a volume that was unplugged, shown by a person. */
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RowState } from '../../../preload/contract/model.ts';
import { noise, sha256 } from '../../support/files.ts';
import { writePhoto } from '../../support/photo-files.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { TestEngine } from '../../support/test-engine.ts';
import { openGatedSandbox, subOf, type GatedSandbox } from '../../support/test-sandbox.ts';
import { cannotPlug, pluggableDisk } from '../../support/volume.ts';

let sandbox: GatedSandbox;
beforeAll(async () => {
  sandbox = await openGatedSandbox('sandbox');
});
afterAll(() => sandbox.stop());

/** Every photo of this file has a content of its own: the library keeps what an earlier test stored. */
let seed = 40_000;

/** Seconds, and a fraction that only a fine clock has. */
const anHourAgo = Date.now() / 1000 - 3600.123_456;

let engines: TestEngine[] = [];
afterEach(async () => {
  sandbox.storeGate.release();
  sandbox.backendGate.release();
  await Promise.all(engines.map((engine) => engine.stop()));
  engines = [];
});

async function openEngine(userDataDir = tempDir()): Promise<TestEngine> {
  const engine = new TestEngine(sandbox, userDataDir);
  engines.push(engine);
  return engine.open();
}

/** Lets the engine come as far as one photo's way to the store, and pauses it there. */
async function pausedWhileSending(engine: TestEngine): Promise<void> {
  sandbox.storeGate.begin(({ method }) => (method === 'PUT' ? 'hold' : 'pass'));
  await engine.call['queue.resume']();
  await sandbox.storeGate.until(() => sandbox.storeGate.held === 1);
  await engine.call['queue.pause']();
  await engine.until(({ active }) => active.count === 0);
  sandbox.storeGate.release();
}

/** A folder in one of its own, so that what is around it is no other test's. */
const album = (): string => path.join(tempDir(), 'album');

/** An engine that is paused, and these photos in its queue, in one folder; nobody has written to them for an hour. */
async function queued(
  folder: string,
  ...names: string[]
): Promise<{ engine: TestEngine; contents: Buffer[] }> {
  const contents = await Promise.all(
    names.map(async (name) => {
      const file = path.join(folder, name);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      const content = await writePhoto(file, seed++);
      fs.utimesSync(file, anHourAgo, anHourAgo);
      return content;
    }),
  );
  const engine = await openEngine();
  await engine.call['queue.pause']();
  await engine.drop(folder);
  return { engine, contents };
}

async function goOn(engine: TestEngine): Promise<RowState[]> {
  await engine.call['queue.resume']();
  await engine.settled();
  return engine.rows().map(({ state }) => state);
}

async function expectStored(...contents: Buffer[]): Promise<void> {
  const objects = await sandbox.objects('demo');
  for (const content of contents)
    expect(objects.get(`users/${subOf('demo')}/photos/${sha256(content)}.jpg`)).toEqual(content);
}

const done: RowState = { kind: 'done', duplicateOf: null };
const missing: RowState = { kind: 'blocked', reason: 'missing' };

describe('a file that was moved on its volume', () => {
  it.each<[string, string, string]>([
    ['renamed', 'trip/a.jpg', 'trip/b.jpg'],
    ['in a folder that was renamed', 'trip', 'Lake Garda'],
    ['below a folder that was renamed', '2024', '2025'],
    ['moved into another folder of the queue', 'trip/a.jpg', 'other/a.jpg'],
    ['moved into a folder beside its own', 'trip/a.jpg', 'new/a.jpg'],
  ])('is found: %s', async (_what, from, to) => {
    const folder = album();
    const inner = from === '2024' ? '2024/trip' : 'trip';
    const { engine, contents } = await queued(folder, `${inner}/a.jpg`, 'other/x.jpg');
    fs.mkdirSync(path.join(folder, path.dirname(to)), { recursive: true });
    fs.renameSync(path.join(folder, from), path.join(folder, to));
    expect(await goOn(engine)).toEqual([done, done]);
    await expectStored(...contents);
    const expected = path.join(folder, to.endsWith('.jpg') ? to : `${inner.replace(from, to)}/a.jpg`);
    expect(engine.rows().map((row) => path.join(row.folder, row.fileName))).toContain(expected);
  });

  it('is found while it is being sent, and compared before its bytes are taken from there', async () => {
    const folder = album();
    const { engine, contents } = await queued(folder, 'a.jpg');
    await pausedWhileSending(engine);
    fs.renameSync(path.join(folder, 'a.jpg'), path.join(folder, 'b.jpg'));
    expect(await goOn(engine)).toEqual([done]);
    expect(engine.rows()[0]?.fileName).toBe('b.jpg');
    await expectStored(...contents);
  });

  it('is not taken for found when what is there reads otherwise, whatever its stat says', async () => {
    const folder = album();
    const { engine, contents } = await queued(folder, 'a.jpg');
    await pausedWhileSending(engine);
    const [from, to] = [path.join(folder, 'a.jpg'), path.join(folder, 'b.jpg')];
    const { mtimeNs } = fs.statSync(from, { bigint: true });
    fs.renameSync(from, to);
    fs.writeFileSync(to, noise(contents[0]?.length ?? 0, 3), { flag: 'r+' });
    fs.utimesSync(to, anHourAgo, anHourAgo);
    expect(fs.statSync(to, { bigint: true }).mtimeNs).toBe(mtimeNs);
    expect(await goOn(engine)).toEqual([missing]);
    expect(engine.rows()[0]?.fileName).toBe('a.jpg');
  });

  it('is missing when it was deleted, or when another row has it', async () => {
    const folder = album();
    const { engine } = await queued(folder, 'a.jpg', 'b.jpg');
    fs.rmSync(path.join(folder, 'a.jpg'));
    fs.renameSync(path.join(folder, 'b.jpg'), path.join(folder, 'c.jpg'));
    await engine.drop(path.join(folder, 'c.jpg'));
    expect(await goOn(engine)).toEqual([missing, missing, done]);
  });
});

describe('a missing file that a person shows', () => {
  /** The files are gone from the folder and lie, as copies, in another one. */
  async function copiedAway(...names: string[]) {
    const [folder, elsewhere] = [album(), album()];
    const { engine, contents } = await queued(folder, ...names);
    for (const name of names) {
      fs.mkdirSync(path.dirname(path.join(elsewhere, name)), { recursive: true });
      fs.copyFileSync(path.join(folder, name), path.join(elsewhere, name));
      fs.rmSync(path.join(folder, name));
    }
    expect(await goOn(engine)).toEqual(names.map(() => missing));
    return { engine, contents, folder, elsewhere };
  }
  const problem = (code: string): unknown => expect.objectContaining({ problem: { code } });

  it('goes on from there, and another photo is refused', async () => {
    const { engine, contents, elsewhere } = await copiedAway('a.jpg');
    const { id } = engine.row('a.jpg');
    const other = path.join(tempDir(), 'other.jpg');
    await writePhoto(other, seed++);
    await expect(engine.call['queue.relocate'](id, other)).rejects.toEqual(problem('locate_other_photo'));
    await expect(engine.call['queue.relocate'](id, path.dirname(other))).rejects.toEqual(
      problem('locate_not_there'),
    );
    expect(engine.rows()[0]?.state).toEqual(missing);
    expect(await engine.call['queue.relocate'](id, path.join(elsewhere, 'a.jpg'))).toBe(1);
    await engine.settled();
    expect(engine.rows().map(({ folder, state }) => [folder, state])).toEqual([[elsewhere, done]]);
    await expectStored(...contents);
  });

  it('brings along what was lost with it when the folder is shown, or one above', async () => {
    const { engine, contents, elsewhere } = await copiedAway('day 1/a.jpg', 'day 1/b.jpg', 'day 2/c.jpg');
    const { id } = engine.row('a.jpg');
    expect(await engine.call['queue.relocate'](id, elsewhere)).toBe(3);
    await engine.settled();
    expect(engine.rows().map(({ state }) => state)).toEqual([done, done, done]);
    await expectStored(...contents);
  });

  it('must have the content that was inspected, whatever its size and name', async () => {
    const folder = album();
    const { engine, contents } = await queued(folder, 'a.jpg');
    await pausedWhileSending(engine);
    fs.rmSync(path.join(folder, 'a.jpg'));
    expect(await goOn(engine)).toEqual([missing]);
    const forged = path.join(tempDir(), 'a.jpg');
    fs.writeFileSync(forged, noise(contents[0]?.length ?? 0, 4));
    const { id } = engine.row('a.jpg');
    await expect(engine.call['queue.relocate'](id, forged)).rejects.toEqual(problem('locate_other_photo'));
    fs.writeFileSync(forged, contents[0] ?? '');
    await engine.call['queue.relocate'](id, forged);
    await engine.settled();
    expect(engine.rows()[0]?.state).toEqual(done);
    await expectStored(...contents);
  });

  it('is not one that the queue has already', async () => {
    const { engine, elsewhere } = await copiedAway('a.jpg');
    await engine.drop(elsewhere);
    await engine.settled();
    await expect(
      engine.call['queue.relocate'](engine.rows()[0]?.id ?? 0, path.join(elsewhere, 'a.jpg')),
    ).rejects.toEqual(problem('locate_already_queued'));
  });
});

if (cannotPlug !== null) process.stdout.write(`volumes that are unplugged: not tested, ${cannotPlug}\n`);

describe.skipIf(cannotPlug !== null)('a volume that is unplugged', () => {
  const waitsForVolume = (engine: TestEngine): boolean =>
    engine.rows().every(({ state }) => state.kind === 'waiting' && state.reason === 'volume_missing');

  it('is waited for, also by a new engine, and its photos go on when it is back', async () => {
    const disk = pluggableDisk();
    const { engine, contents } = await queued(path.join(disk.folder, 'DCIM'), 'a.jpg', 'b.jpg');
    disk.unplug();
    await engine.call['queue.resume']();
    await engine.until(() => waitsForVolume(engine));
    expect(engine.rows()[0]?.state).toEqual({
      kind: 'waiting',
      step: 'inspecting',
      reason: 'volume_missing',
      nextTryAt: null,
    });
    await engine.stop();
    const next = await openEngine(engine.userDataDir);
    expect(waitsForVolume(next)).toBe(true);
    disk.plug();
    await next.settled();
    expect(next.rows().map(({ state }) => state)).toEqual([done, done]);
    await expectStored(...contents);
  });

  it('is the same one under another device number: what was inspected is sent without another reading', async () => {
    const disk = pluggableDisk();
    const { engine, contents } = await queued(disk.folder, 'a.jpg');
    sandbox.storeGate.begin(({ method }) => (method === 'PUT' ? 'hold' : 'pass'));
    await engine.call['queue.resume']();
    await sandbox.storeGate.until(() => sandbox.storeGate.held === 1);
    await engine.call['queue.pause']();
    await engine.until(({ active }) => active.count === 0);
    const before = fs.statSync(path.join(disk.folder, 'a.jpg')).dev;
    disk.unplug();
    await engine.call['queue.resume']();
    await engine.until(() => waitsForVolume(engine));
    disk.plug();
    expect(fs.statSync(path.join(disk.folder, 'a.jpg')).dev).not.toBe(before);
    sandbox.storeGate.begin();
    sandbox.backendGate.begin();
    await engine.settled();
    expect(engine.rows()[0]?.state).toEqual(done);
    await expectStored(...contents);
    // From sending it went on with sending: nobody asked again whether the library has it.
    expect(sandbox.backendGate.requests.filter(({ url }) => url.endsWith('/lookup'))).toEqual([]);
    expect((await engine.drop(disk.folder)).intake?.skipped).toEqual([
      { reason: 'already_stored', count: 1 },
    ]);
  });

  it('is waited for also by a photo that was there a moment before it is read', async () => {
    const disk = pluggableDisk();
    const { engine, contents } = await queued(disk.folder, 'a.jpg');
    await pausedWhileSending(engine);
    // The next try looks at the file first, and asks for a grant then.
    await engine.call['engine.refresh']();
    sandbox.backendGate.begin(({ url }) => (url.endsWith('/upload-grants') ? 'hold' : 'pass'));
    await engine.call['queue.resume']();
    await sandbox.backendGate.until(() => sandbox.backendGate.held === 1);
    disk.unplug();
    sandbox.backendGate.release();
    await engine.until(({ active }) => active.count === 0);
    expect(engine.rows()[0]?.state).toEqual({
      kind: 'waiting',
      step: 'sending',
      reason: 'volume_missing',
      nextTryAt: null,
    });
    disk.plug();
    await engine.settled();
    expect(engine.rows()[0]?.state).toEqual(done);
    await expectStored(...contents);
  });

  it('holds up nothing else: damage is looked for while it is away', async () => {
    const disk = pluggableDisk();
    const { engine } = await queued(disk.folder, 'a.jpg');
    disk.unplug();
    const folder = album();
    fs.mkdirSync(folder);
    await writePhoto(path.join(folder, 'here.jpg'), seed++);
    await engine.drop(folder);
    await engine.call['queue.resume']();
    await engine.until(
      ({ done: stored, waiting, decoding }) => stored.count === 1 && waiting.count === 1 && !decoding,
    );
    expect(engine.row('a.jpg').state).toMatchObject({ reason: 'volume_missing' });
  });

  it('is not waited for when it is there and the file is not', async () => {
    const disk = pluggableDisk();
    const { engine } = await queued(disk.folder, 'a.jpg', 'b.jpg');
    fs.rmSync(path.join(disk.folder, 'a.jpg'));
    disk.unplug();
    await engine.call['queue.resume']();
    await engine.until(() => waitsForVolume(engine));
    disk.plug();
    await engine.settled();
    expect(engine.rows().map(({ state }) => state)).toEqual([missing, done]);
  });

  it('is no longer waited for by a photo that a person has shown elsewhere', async () => {
    const disk = pluggableDisk();
    const { engine, contents } = await queued(disk.folder, 'a.jpg');
    const elsewhere = path.join(tempDir(), 'a.jpg');
    fs.renameSync(path.join(disk.folder, 'a.jpg'), path.join(disk.folder, 'away'));
    fs.copyFileSync(path.join(disk.folder, 'away'), elsewhere);
    fs.rmSync(path.join(disk.folder, 'away'));
    expect(await goOn(engine)).toEqual([missing]);
    await engine.call['queue.pause']();
    const [row] = engine.rows();
    expect(await engine.call['queue.relocate'](row?.id ?? 0, elsewhere)).toBe(1);
    disk.unplug();
    expect(await goOn(engine)).toEqual([done]);
    await expectStored(...contents);
  });

  it('is not taken for the one that took its place, whose files have the same names', async () => {
    const place = tempDir();
    const first = pluggableDisk(place);
    const { engine, contents } = await queued(place, 'DCIM/1.jpg', 'DCIM/2.jpg');
    first.unplug();
    const second = pluggableDisk(place);
    const other = await writePhoto(path.join(place, 'DCIM', '1.jpg'), seed++);
    expect((await engine.drop(place)).intake).toMatchObject({ queued: 1, skipped: [] });
    await engine.call['queue.resume']();
    await engine.until(({ done: stored, waiting }) => stored.count === 1 && waiting.count === 2);
    await engine.until(
      () =>
        engine.rows().filter(({ state }) => 'reason' in state && state.reason === 'volume_missing').length ===
        2,
    );
    await expectStored(other);
    second.unplug();
    first.plug();
    await engine.settled();
    expect(engine.rows().map(({ state }) => state)).toEqual([done, done, done]);
    await expectStored(...contents, other);
  });
});
