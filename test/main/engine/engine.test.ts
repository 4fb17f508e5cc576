import fs from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ProblemError } from '../../../main/lib/rpc.ts';
import { sha256, writeFile } from '../../support/files.ts';
import { writePhoto } from '../../support/photo-files.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { readTree, TestEngine } from '../../support/test-engine.ts';
import { openTestSandbox, subOf, type Person, type TestSandbox } from '../../support/test-sandbox.ts';

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await openTestSandbox();
});
afterAll(() => sandbox.stop());

/** Every photo of this file has a content of its own: the library keeps what an earlier test stored. */
let seed = 10_000;
let engines: TestEngine[] = [];
beforeEach(() => sandbox.faults());
afterEach(async () => {
  await Promise.all(engines.map((engine) => engine.stop()));
  engines = [];
});

function newEngine(userDataDir = tempDir(), person: Person = 'demo'): TestEngine {
  const engine = new TestEngine(sandbox, userDataDir, person);
  engines.push(engine);
  return engine;
}

/** A folder with that many photos. */
async function album(count: number, edge = 64): Promise<{ folder: string; contents: Buffer[] }> {
  const folder = tempDir();
  const contents: Buffer[] = [];
  for (let index = 0; index < count; index++) {
    contents.push(await writePhoto(path.join(folder, `${String(index).padStart(3, '0')}.jpg`), seed++, edge));
  }
  return { folder, contents };
}

async function storedOf(person: Person, contents: Buffer[]): Promise<boolean[]> {
  const objects = await sandbox.objects(person);
  return contents.map((content) => {
    const object = objects.get(`users/${subOf(person)}/photos/${sha256(content)}.jpg`);
    return object !== undefined && object.equals(content);
  });
}

const all = (contents: Buffer[], value: boolean): boolean[] => contents.map(() => value);

describe('the main job', () => {
  it('takes a folder in, stores every photo, and writes nothing beside them', async () => {
    const engine = await newEngine().open();
    const { folder, contents } = await album(30);
    await writePhoto(path.join(folder, 'deeper/and deeper/copy.jpg'), seed - 1);
    writeFile(path.join(folder, 'readme.txt'), 'no photo');
    const before = readTree(folder);
    const { intake } = await engine.drop(folder);
    expect(intake).toMatchObject({ found: 32, queued: 31, skipped: [{ reason: 'not_a_photo', count: 1 }] });
    const summary = await engine.settled();
    expect(summary).toMatchObject({
      all: { count: 31 },
      done: { count: 31 },
      duplicates: 1,
      attention: { count: 0 },
    });
    expect(await storedOf('demo', contents)).toEqual(all(contents, true));
    expect(readTree(folder)).toEqual(before);
  });

  it('tells of changes at most five times a second, and of the last one', async () => {
    const engine = await newEngine().open();
    const { folder } = await album(20);
    const startedAt = Date.now();
    await engine.drop(folder);
    await engine.settled();
    const seconds = (Date.now() - startedAt) / 1000;
    expect(engine.summaries.length).toBeLessThanOrEqual(5 * seconds + 3);
    expect(engine.summaries.at(-1)?.done.count).toBe(20);
  });

  it('is silent when nothing changes', async () => {
    const engine = await newEngine().open();
    const { folder } = await album(2);
    await engine.drop(folder);
    await engine.until(({ done, decoding }) => done.count === 2 && !decoding);
    // Silence has no event to wait for: five intervals.
    await new Promise((resolve) => setTimeout(resolve, 500));
    const before = engine.summaries.length;
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(engine.summaries.length - before).toBe(0);
  });

  it('sends nothing for a folder that is dropped again, also by a new engine', async () => {
    const userDataDir = tempDir();
    const engine = await newEngine(userDataDir).open();
    const { folder } = await album(5);
    await engine.drop(folder);
    await engine.settled();
    expect((await engine.drop(folder)).intake).toMatchObject({
      queued: 0,
      skipped: [{ reason: 'already_stored', count: 5 }],
    });
    await engine.stop();
    const again = await newEngine(userDataDir).open();
    expect((await again.drop(folder)).intake).toMatchObject({ queued: 0 });
    expect(again.summary()).toMatchObject({ all: { count: 5 }, done: { count: 5 }, duplicates: 0 });
  });

  it('finds in the library what another machine has stored', async () => {
    const first = await newEngine().open();
    const { folder } = await album(3);
    await first.drop(folder);
    await first.settled();
    const other = await newEngine().open();
    await other.drop(folder);
    expect(await other.settled()).toMatchObject({ done: { count: 3 }, duplicates: 3 });
    expect(other.row('001.jpg').state).toEqual({ kind: 'done', duplicateOf: '001.jpg' });
  });

  it('makes thumbnails for its owner only', async () => {
    const engine = await newEngine().open();
    const { folder } = await album(1);
    await engine.drop(folder);
    await engine.settled();
    const { id } = engine.row('000.jpg');
    const jpeg = await engine.call['media.thumbnail'](id);
    expect(
      Buffer.from(jpeg ?? [])
        .subarray(0, 2)
        .toString('hex'),
    ).toBe('ffd8');
    expect(await engine.call['media.thumbnail'](id + 1)).toBeNull();
    await engine.signIn('second');
    expect(await engine.call['media.thumbnail'](id)).toBeNull();
  });
});

describe('what a person does meanwhile', () => {
  it('pauses before the first byte, across a change of session, and resumes', async () => {
    const engine = await newEngine().open();
    await engine.call['queue.pause']();
    const { folder, contents } = await album(3);
    await engine.drop(folder);
    expect(engine.summary()).toMatchObject({ paused: 'user', waiting: { count: 3 }, secondsLeft: null });
    await engine.signIn(null);
    await engine.signIn('demo');
    expect(engine.summary()).toMatchObject({ paused: 'user', waiting: { count: 3 } });
    await engine.call['queue.resume']();
    await engine.settled();
    expect(await storedOf('demo', contents)).toEqual(all(contents, true));
  });

  it('removes rows, waiting and under way; the files stay', async () => {
    const engine = await newEngine().open();
    await sandbox.faults({ kind: 'slow', bytesPerSecond: 50_000, match: { operation: 'PutObject' } });
    const { folder, contents } = await album(12, 300);
    await engine.drop(folder);
    await engine.until(({ speed }) => speed > 0);
    await engine.call['queue.remove'](engine.rows().map(({ id }) => id));
    expect(engine.summary().all).toEqual({ count: 0, bytes: 0 });
    expect(readTree(folder).size).toBe(contents.length);
    await sandbox.faults();
    expect((await engine.drop(folder)).intake).toMatchObject({ queued: 12 });
    await engine.settled();
    expect(await storedOf('demo', contents)).toEqual(all(contents, true));
  });

  it('asks for another try of everything that needs attention', async () => {
    const engine = await newEngine().open();
    await sandbox.faults({
      kind: 'status',
      status: 403,
      code: 'AccessDenied',
      match: { operation: 'PutObject' },
    });
    const { folder, contents } = await album(4);
    await engine.drop(folder);
    expect(await engine.settled()).toMatchObject({ attention: { count: 4 } });
    expect(engine.row('000.jpg')).toMatchObject({
      state: { kind: 'blocked', reason: 'forbidden' },
      lastError: 'store 403 AccessDenied',
    });
    await sandbox.faults();
    await engine.call['queue.retry']([]);
    expect(await engine.settled()).toMatchObject({ attention: { count: 0 }, done: { count: 4 } });
    expect(await storedOf('demo', contents)).toEqual(all(contents, true));
  });
});

const sum = (values: readonly number[]): number => values.reduce((left, right) => left + right, 0);

describe('sessions', () => {
  it('never upload somebody else’s rows, and show none of them', async () => {
    const engine = await newEngine().open();
    await engine.call['queue.pause']();
    const { folder, contents } = await album(4);
    await engine.drop(folder);
    await engine.call['queue.resume']();
    await engine.call['queue.pause']();
    await engine.signIn('second');
    // A pause is of the person who asked for it.
    expect(engine.summary()).toMatchObject({ all: { count: 0 }, intake: null, paused: null });
    expect([engine.rows(), await engine.call['intake.report']()]).toEqual([[], null]);
    const theirs = await album(2);
    await engine.drop(theirs.folder);
    expect(await engine.settled()).toMatchObject({ all: { count: 2 }, done: { count: 2 } });
    expect(await storedOf('second', theirs.contents)).toEqual(all(theirs.contents, true));
    for (const person of ['demo', 'second'] as const) {
      expect(await storedOf(person, contents)).toEqual(all(contents, false));
    }
    await engine.signIn('demo');
    expect(engine.summary()).toMatchObject({ paused: 'user', waiting: { count: 4 } });
    await engine.call['queue.resume']();
    expect(await engine.settled()).toMatchObject({ all: { count: 4 }, done: { count: 4 } });
    expect(await storedOf('demo', contents)).toEqual(all(contents, true));
    expect(await storedOf('second', contents)).toEqual(all(contents, false));
  });

  it('use no token of somebody else, whatever main hands out', async () => {
    const engine = await newEngine().open();
    await engine.signIn('second');
    engine.token = async () => ({ ok: true, token: await sandbox.token('demo') });
    const { folder, contents } = await album(1);
    await engine.drop(folder);
    await engine.until(({ paused }) => paused === 'signedOut');
    expect(engine.row('000.jpg').attempts).toBe(0);
    expect(await storedOf('demo', contents)).toEqual([false]);
  });

  it('that have expired keep the queue open to edit, and go on after a new sign-in', async () => {
    const engine = newEngine();
    await engine.call['engine.start']({ userDataDir: engine.userDataDir });
    await engine.signIn('demo', true);
    const { folder, contents } = await album(4);
    await engine.drop(folder);
    expect(engine.summary()).toMatchObject({ paused: 'signedOut', all: { count: 4 } });
    await engine.call['queue.remove']([engine.row('003.jpg').id]);
    expect(engine.summary().all.count).toBe(3);
    await engine.signIn('demo');
    expect(await engine.settled()).toMatchObject({ paused: null, done: { count: 3 } });
    expect(await storedOf('demo', contents)).toEqual([true, true, true, false]);
  });

  it('that end while photos are sent give them back', async () => {
    const engine = await newEngine().open();
    await sandbox.faults({ kind: 'slow', bytesPerSecond: 50_000, match: { operation: 'PutObject' } });
    const { folder, contents } = await album(10, 300);
    await engine.drop(folder);
    await engine.until(({ speed }) => speed > 0);
    await engine.signIn(null);
    expect(engine.summary().all.count).toBe(0);
    await sandbox.faults();
    await engine.signIn('demo');
    expect((await engine.settled()).done.count).toBe(10);
    expect(engine.rows().every(({ attempts }) => attempts === 0)).toBe(true);
    expect(await storedOf('demo', contents)).toEqual(all(contents, true));
  });

  it('that change while another change is under way end as the last one said', async () => {
    const engine = await newEngine().open();
    const changes = [
      engine.signIn('second'),
      engine.signIn(null),
      engine.signIn('demo'),
      engine.signIn('second'),
    ];
    await Promise.all([...changes, engine.signIn('demo')]);
    const { folder, contents } = await album(2);
    await engine.drop(folder);
    await engine.settled();
    expect(await storedOf('demo', contents)).toEqual([true, true]);
  });
});

describe('the life of the engine', () => {
  it('stops in the middle; a new one on the same folder finishes', async () => {
    const userDataDir = tempDir();
    const engine = await newEngine(userDataDir).open();
    await sandbox.faults({ kind: 'slow', bytesPerSecond: 100_000, match: { operation: 'PutObject' } });
    const { folder, contents } = await album(20, 300);
    await engine.drop(folder);
    await engine.until(({ speed }) => speed > 0);
    const told = engine.summaries.length;
    await engine.stop();
    expect(engine.summaries.length - told).toBeLessThanOrEqual(1);
    await sandbox.faults();
    const next = await newEngine(userDataDir).open();
    expect(next.summary().all.count).toBe(20);
    expect((await next.settled()).done.count).toBe(20);
    expect(await storedOf('demo', contents)).toEqual(all(contents, true));
    expect(next.events.find(({ event }) => event === 'engine.started')?.fields).toEqual({
      released: 0,
      recovered: false,
    });
  });

  it('stops while a folder is taken in: what was found is kept, the next drop finds the rest', async () => {
    const userDataDir = tempDir();
    const engine = await newEngine(userDataDir).open();
    await engine.call['queue.pause']();
    const folder = tempDir();
    for (let index = 0; index < 3000; index++) {
      fs.writeFileSync(
        path.join(folder, `${String(index).padStart(4, '0')}.jpg`),
        Buffer.from('ffd8ffe000104a464946', 'hex'),
      );
    }
    await engine.call['intake.add']([folder]);
    await engine.until(({ all: rows }) => rows.count > 0);
    await engine.stop();
    // Paused still: a new engine begins as the old one ended.
    const next = await newEngine(userDataDir).open();
    expect(next.summary().paused).toBe('user');
    const kept = next.summary().all.count;
    expect(kept).toBeGreaterThanOrEqual(50);
    const { intake } = await next.drop(folder);
    expect(intake?.queued).toBe(3000 - kept);
    expect(next.summary().all.count).toBe(3000);
  });

  it('sleeps and wakes: requests end, and it goes on', async () => {
    const engine = await newEngine().open();
    await sandbox.faults({ kind: 'stall', times: 3, match: { operation: 'PutObject' } });
    const { folder, contents } = await album(3);
    await engine.drop(folder);
    await engine.until(({ active }) => active.count === 3);
    await engine.call['engine.suspend']();
    expect(engine.summary().paused).toBe('suspended');
    await engine.until(({ active }) => active.count === 0);
    await sandbox.faults();
    await engine.call['engine.wake']();
    expect(engine.summary().paused).toBeNull();
    await engine.settled();
    expect(await storedOf('demo', contents)).toEqual(all(contents, true));
  });

  it('refuses everything before it is started, and starts all the same', async () => {
    const engine = newEngine();
    const refused = (work: () => unknown): Promise<unknown> =>
      Promise.resolve()
        .then(work)
        .catch((error: unknown) => (error instanceof ProblemError ? error.problem.code : error));
    expect(await refused(() => engine.signIn('demo'))).toBe('engine_failed');
    expect(await refused(() => engine.call['intake.add'](['/tmp']))).toBe('engine_failed');
    await engine.open();
    await engine.signIn(null);
    expect(await refused(() => engine.call['intake.add'](['/tmp']))).toBe('bad_request');
    expect(engine.summary().all.count).toBe(0);
  });

  it('says so when a newer Tintype wrote the queue, and leaves it as it is', async () => {
    const userDataDir = tempDir();
    const first = await newEngine(userDataDir).open();
    await first.stop();
    const file = path.join(userDataDir, 'queue.sqlite');
    const { default: Database } = await import('better-sqlite3');
    const db = new Database(file);
    db.pragma('user_version = 99');
    db.close();
    const before = fs.readFileSync(file);
    const next = newEngine(userDataDir);
    expect(() => next.call['engine.start']({ userDataDir })).toThrow(ProblemError);
    expect(fs.readFileSync(file).equals(before)).toBe(true);
  });
});

it('survives an outage of the backend in the middle', { timeout: 90_000 }, async () => {
  const engine = await newEngine().open();
  await sandbox.faults({ kind: 'slow', bytesPerSecond: 200_000, match: { operation: 'PutObject' } });
  const { folder, contents } = await album(24, 200);
  await engine.drop(folder);
  await engine.until(({ speed }) => speed > 0);
  await sandbox.stopPart('backend');
  const offline = await engine.until(({ paused, active }) => paused === 'offline' && active.count === 0);
  expect(offline.nextProbeAt).not.toBeNull();
  expect(engine.rows().every(({ attempts }) => attempts === 0)).toBe(true);
  await sandbox.faults();
  await sandbox.startPart('backend');
  expect(await engine.settled()).toMatchObject({ paused: null, nextProbeAt: null, done: { count: 24 } });
  expect(await storedOf('demo', contents)).toEqual(all(contents, true));
});

describe('rows that a person takes in hand', () => {
  it('wait while they are held, also when their request hangs, and go on when they are released', async () => {
    const engine = await newEngine().open();
    const { folder, contents } = await album(2);
    await sandbox.faults({ kind: 'stall', match: { operation: 'PutObject' } });
    await engine.drop(folder);
    await engine.until(() =>
      engine.rows().every(({ state }) => state.kind === 'active' && state.step === 'sending'),
    );
    const { id } = engine.row('000.jpg');
    await engine.call['queue.hold']([id]);
    await engine.until(({ held, waiting }) => held === 1 && waiting.count === 1);
    expect(engine.row('000.jpg')).toMatchObject({ held: true, state: { kind: 'waiting' } });
    await sandbox.faults();
    await engine.call['queue.pause']();
    await engine.call['queue.resume']();
    await engine.until(({ done }) => done.count === 1);
    expect(await storedOf('demo', contents)).toEqual([false, true]);
    await engine.call['queue.release']([id]);
    await engine.settled();
    expect(await storedOf('demo', contents)).toEqual([true, true]);
    expect(engine.summary().held).toBe(0);
  });

  it('show in the traffic, byte for byte, second by second', async () => {
    const engine = await newEngine().open();
    expect(sum(await engine.call['queue.traffic']())).toBe(0);
    const { folder, contents } = await album(5, 200);
    await engine.drop(folder);
    await engine.settled();
    const sent = sum(contents.map(({ length }) => length));
    // The second that is not over yet is left out.
    await expect.poll(async () => sum(await engine.call['queue.traffic']()), { timeout: 5_000 }).toBe(sent);
    expect(await engine.call['queue.traffic']()).toHaveLength(90);
    await engine.signIn(null);
    expect(await engine.call['queue.traffic']()).toEqual([]);
  });

  it('are all taken out by one call, but for those that are done', async () => {
    const engine = await newEngine().open();
    const first = await album(1);
    await engine.drop(first.folder);
    await engine.settled();
    await engine.call['queue.pause']();
    await engine.drop((await album(5)).folder);
    expect(await engine.call['queue.cancelAll']()).toBe(5);
    expect(engine.rows().map(({ state }) => state.kind)).toEqual(['done']);
    expect(await storedOf('demo', first.contents)).toEqual([true]);
  });

  it('are counted for each account, whoever is at the window, and go with an account that is not', async () => {
    const engine = await newEngine().open();
    await engine.call['queue.pause']();
    await engine.drop((await album(3)).folder);
    expect(await engine.call['queue.owners']()).toEqual([{ sub: subOf('demo'), unfinished: 3 }]);
    await expect(engine.call['queue.removeOwner'](subOf('demo'))).rejects.toMatchObject({
      problem: { code: 'bad_request' },
    });
    await engine.signIn('second');
    await engine.drop((await album(1)).folder);
    expect(await engine.call['queue.owners']()).toHaveLength(2);
    expect(await engine.call['queue.removeOwner'](subOf('demo'))).toBe(3);
    expect(await engine.call['queue.owners']()).toEqual([{ sub: subOf('second'), unfinished: 1 }]);
    // Asked while the sign-out is still under way, it waits for that.
    const signedOut = engine.signIn(null);
    expect(await engine.call['queue.removeOwner'](subOf('second'))).toBe(1);
    await signedOut;
    await engine.signIn('demo');
    expect(engine.rows()).toEqual([]);
  });

  it('are sent no faster than a limit allows, also one that was told of before the session', async () => {
    const engine = newEngine();
    const limits = { bytesPerSecond: 50_000_000, transfers: 2 };
    await engine.call['engine.start']({ userDataDir: engine.userDataDir });
    await engine.call['engine.limit'](limits);
    await engine.signIn('demo');
    expect(engine.summary().limits).toEqual(limits);
    const { folder, contents } = await album(6);
    await engine.drop(folder);
    await engine.settled();
    expect(await storedOf('demo', contents)).toEqual(all(contents, true));
  });
});

it('asks a store that fails everybody no more than a few times, and goes on when it is well again', async () => {
  const engine = await newEngine().open();
  const { folder, contents } = await album(40);
  await sandbox.faults({
    kind: 'status',
    status: 500,
    code: 'InternalError',
    match: { operation: 'PutObject' },
  });
  await engine.drop(folder);
  const { outage, nextProbeAt } = await engine.until(({ paused }) => paused === 'outage');
  expect([outage, nextProbeAt === null]).toEqual(['server_error', false]);
  // Those that were tried before it was known; the others were not touched.
  expect(engine.rows().filter(({ attempts }) => attempts > 0).length).toBeLessThan(6);
  await sandbox.faults();
  await engine.call['queue.retry']([]);
  await engine.settled();
  expect(await storedOf('demo', contents)).toEqual(all(contents, true));
});
