import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { writeFile } from '../../support/files.ts';
import { writePhoto } from '../../support/photo-files.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { TestEngine } from '../../support/test-engine.ts';
import { openTestSandbox, type TestSandbox } from '../../support/test-sandbox.ts';

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await openTestSandbox();
});
afterAll(() => sandbox.stop());

let seed = 410_000;
let engines: TestEngine[] = [];
afterEach(async () => {
  await Promise.all(engines.map((engine) => engine.stop()));
  engines = [];
});

function newEngine(userDataDir = tempDir()): TestEngine {
  const engine = new TestEngine(sandbox, userDataDir);
  engines.push(engine);
  return engine;
}

async function album(count: number): Promise<string> {
  const folder = tempDir();
  for (let index = 0; index < count; index++) await writePhoto(path.join(folder, `${index}.jpg`), seed++, 64);
  return folder;
}

describe('a run of the engine', () => {
  it('is told of once, when everything has come to its end, and is known after a restart', async () => {
    const userDataDir = tempDir();
    const engine = await newEngine(userDataDir).open();
    expect(engine.summary()).toMatchObject({ running: false, lastRun: null });
    const folder = await album(12);
    await writePhoto(path.join(folder, 'copy.jpg'), seed - 1, 64);
    writeFile(path.join(folder, 'readme.txt'), 'no photo');
    await engine.drop(folder);
    const { lastRun } = await engine.until((summary) => summary.lastRun !== null);
    expect(lastRun).toMatchObject({ queued: 13, stored: 12, duplicates: 1, attention: 0, waiting: 0 });
    await engine.until(() => engine.runs.length > 0);
    expect(engine.runs).toEqual([lastRun]);
    await engine.stop();
    const again = await newEngine(userDataDir).open();
    expect(again.summary()).toMatchObject({ running: false, lastRun });
    expect(again.runs).toEqual([]);
  });

  it('is one run across a pause and a restart of the engine', async () => {
    const userDataDir = tempDir();
    const engine = await newEngine(userDataDir).open();
    await sandbox.faults({ kind: 'slow', bytesPerSecond: 20_000, match: { operation: 'PutObject' } });
    await engine.drop(await album(40));
    await engine.until(({ done }) => done.count >= 3);
    await engine.call['queue.pause']();
    await engine.until(({ active }) => active.count === 0);
    const before = engine.summary();
    expect(before).toMatchObject({ running: true, lastRun: null });
    expect(before.done.count).toBeLessThan(40);
    await engine.stop();
    await sandbox.faults();
    const again = await newEngine(userDataDir).open();
    // The pause is kept, and so is the run that it belongs to.
    expect(again.summary()).toMatchObject({ running: true, paused: 'user' });
    await again.call['queue.resume']();
    const { lastRun } = await again.until((summary) => summary.lastRun !== null);
    expect(lastRun).toMatchObject({ queued: 40, stored: 40, waiting: 0 });
  });

  it('goes with its owner', async () => {
    const engine = await newEngine().open();
    await engine.drop(await album(1));
    const { lastRun } = await engine.until((summary) => summary.lastRun !== null);
    await engine.signIn('second');
    expect(engine.summary().lastRun).toBeNull();
    await engine.signIn('demo');
    expect(engine.summary().lastRun).toEqual(lastRun);
  });
});
