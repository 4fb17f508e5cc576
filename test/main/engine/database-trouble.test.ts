import fs from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { retryIntervalMs } from '../../../main/engine/database-trouble.ts';
import { systemClock, type Clock } from '../../../main/lib/clock.ts';
import { ProblemError } from '../../../main/lib/rpc.ts';
import { openDatabase } from '../../../main/queue/database.ts';
import { writePhoto } from '../../support/photo-files.ts';
import { maySmallDisk, mountSmallDisk, type SmallDisk } from '../../support/small-disk.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { TestEngine } from '../../support/test-engine.ts';
import { openTestSandbox, type TestSandbox } from '../../support/test-sandbox.ts';

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await openTestSandbox();
});
afterAll(() => sandbox.stop());

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

function newEngine(userDataDir: string): TestEngine {
  /** While there is trouble, the half minute between two tries passes at once; all other time is real. */
  const hurried: Clock = {
    ...systemClock,
    after: (ms, callback) => {
      const isRetry = ms === retryIntervalMs && (engine.problems.at(-1) ?? null) !== null;
      return systemClock.after(isRetry ? 50 : ms, callback);
    },
  };
  const engine = new TestEngine(sandbox, userDataDir, 'demo', hurried);
  ends.push(() => engine.stop().catch(() => undefined));
  return engine;
}

async function album(count: number, firstSeed: number): Promise<string> {
  const folder = tempDir();
  for (let index = 0; index < count; index++)
    await writePhoto(path.join(folder, `${index}.jpg`), firstSeed + index, 64);
  return folder;
}

/** A small disk of its own, and the means to fill it. */
function smallDisk(): SmallDisk & { folder: string } {
  const folder = tempDir();
  const disk = mountSmallDisk(folder, 8);
  ends.push(disk.unmount);
  return { folder, ...disk };
}

if (!maySmallDisk) process.stdout.write('full disk: not tested, only root on Linux may mount a small one\n');

describe.skipIf(!maySmallDisk)('a full disk', () => {
  it('in the middle of work is a rest with its reason, and work goes on when there is room', async () => {
    const disk = smallDisk();
    const engine = await newEngine(disk.folder).open();
    await engine.call['queue.pause']();
    await engine.drop(await album(40, 70_000));
    disk.fill();
    await engine.call['queue.resume']();
    await engine.until(() => engine.problems.length > 0);
    expect(engine.problems[0]).toMatchObject({ code: 'database_full' });
    expect(engine.summary().all.count).toBe(40);
    disk.free();
    expect(await engine.settled()).toMatchObject({ done: { count: 40 }, attention: { count: 0 } });
    expect(engine.problems.map((problem) => problem?.code ?? null)).toEqual(['database_full', null]);
    // That it goes on could not be written down then, and was later.
    await engine.stop();
    expect((await newEngine(disk.folder).open()).summary().paused).toBeNull();
  });

  it('is the answer to a call that must write', async () => {
    const disk = smallDisk();
    const engine = await newEngine(disk.folder).open();
    await engine.call['queue.pause']();
    await engine.drop(await album(40, 71_000));
    disk.fill();
    const removeAll = async (): Promise<void> => {
      await engine.call['queue.remove'](engine.rows().map(({ id }) => id));
    };
    await expect(removeAll()).rejects.toMatchObject({ problem: { code: 'database_full' } });
    disk.free();
    await engine.until(() => engine.problems.at(-1) === null);
    await removeAll();
    expect(engine.summary().all.count).toBe(0);
  });

  it('at the start is waited out too', async () => {
    const disk = smallDisk();
    disk.fill();
    const engine = newEngine(disk.folder);
    expect(() => engine.call['engine.start']({ userDataDir: disk.folder })).toThrow(ProblemError);
    expect(engine.problems).toMatchObject([{ code: 'database_full' }]);
    disk.free();
    await engine.until(() => engine.problems.at(-1) === null);
    await engine.signIn('demo');
    await engine.drop(await album(1, 72_000));
    expect(await engine.settled()).toMatchObject({ done: { count: 1 } });
  });
});

it('a file that is damaged under way is a rest too; the next start looks at it closely', async () => {
  const userDataDir = tempDir();
  const file = path.join(userDataDir, 'queue.sqlite');
  // Rows enough for a table of many pages.
  const before = openDatabase(file);
  const many = before.db.prepare(
    `INSERT INTO photo (owner, path, device, inode, size, mtime_ns, content_type, extension, status, step, added_at)
     VALUES ('somebody', ?, 1, 1, 1, 1, 'image/jpeg', 'jpg', 'done', 'confirming', 1)`,
  );
  before.db.transaction(() => {
    for (let index = 0; index < 20_000; index++) many.run(`/photos/${index}`);
  })();
  before.close();
  const engine = await newEngine(userDataDir).open();
  const damaged = fs.readFileSync(file);
  const handle = fs.openSync(file, 'r+');
  fs.writeSync(handle, Buffer.alloc(damaged.length - 4096, 0x5a), 0, damaged.length - 4096, 4096);
  fs.closeSync(handle);
  await engine.call['intake.add']([await album(3, 73_000)]);
  const meet = (): void => {
    engine.rows();
    engine.summary();
  };
  expect(meet).toThrow(ProblemError);
  expect(engine.problems).toMatchObject([{ code: 'database_damaged' }]);
  await engine.stop();
  const next = newEngine(userDataDir);
  expect(() => next.call['engine.start']({ userDataDir })).toThrow(/database_damaged/);
});
