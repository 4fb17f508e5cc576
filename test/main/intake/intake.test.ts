import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createIntake, type Intake } from '../../../main/intake/intake.ts';
import { seenFile } from '../../../main/lib/file-stat.ts';
import { scan } from '../../../main/intake/scan.ts';
import type { PhotoQueue } from '../../../main/queue/photo-queue.ts';
import { skipReasons, type IntakeReport, type SkipReason } from '../../../preload/contract/model.ts';
import { asOrdinaryUser, writeFile } from '../../support/files.ts';
import { inspectedPhoto, openQueue, owner, pageNow, type TestQueue } from '../../support/queue.ts';
import { tempDir } from '../../support/temp-dir.ts';

const jpegHead = Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex');
const pngHead = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

interface Setup extends TestQueue {
  intake: Intake;
  /** How many rows were there at each sign of progress. */
  progress: number[];
  /** Resolves with the next report that satisfies `when`. */
  until(when: (report: IntakeReport) => boolean): Promise<IntakeReport>;
  finished(): Promise<IntakeReport>;
}

function setUp(wrap: (queue: PhotoQueue) => Pick<PhotoQueue, 'add'> = (queue) => queue): Setup {
  const test = openQueue();
  const waiting = new Set<() => void>();
  const progress: number[] = [];
  const intake = createIntake({
    queue: wrap(test.queue),
    scan: (roots) => scan(roots, { known: test.queue.hashCache, now: () => 0 }),
    listsDir: tempDir(),
    log: () => undefined,
    onProgress: () => {
      progress.push(test.pages.tallies(owner).all.count);
      for (const check of waiting) check();
    },
  });
  const until = (when: (report: IntakeReport) => boolean): Promise<IntakeReport> =>
    new Promise((resolve) => {
      const check = (): void => {
        const report = intake.report(owner);
        if (report === null || !when(report)) return;
        waiting.delete(check);
        resolve(structuredClone(report));
      };
      waiting.add(check);
      check();
    });
  return { ...test, intake, progress, until, finished: () => until((report) => !report.running) };
}

/** The whole queue in its order: paths relative to the folder. */
function rows({ pages }: TestQueue, folder: string): string[] {
  const { rows: found } = pageNow(pages, { filter: 'all', sort: 'added', offset: 0, limit: 500 });
  return found.map((row) => path.join(path.relative(folder, row.folder), row.fileName));
}

it('does not open a file that was read before and has not changed since', async () => {
  const folder = tempDir();
  fs.chmodSync(folder, 0o755);
  const [known, changed] = ['known.heic', 'changed.heic'].map((name) =>
    writeFile(path.join(folder, name), jpegHead),
  ) as [string, string];
  const test = setUp();
  const { stat: _stat, remember: _remember, ...findings } = inspectedPhoto(1);
  for (const file of [known, changed]) {
    // Nobody may open it, so that whoever does is found out.
    fs.chmodSync(file, 0);
    test.queue.hashCache.remember(file, seenFile(fs.statSync(file, { bigint: true })), findings);
  }
  fs.utimesSync(changed, 1, 1);
  await asOrdinaryUser(async () => {
    test.intake.add(owner, [folder]);
    const report = await test.finished();
    expect(report.examples).toEqual([{ path: changed, reason: 'permission_denied' }]);
    expect(report.queued).toBe(1);
  });
  expect(test.queue.claim(owner, 'inspecting', 1)).toMatchObject([
    { path: known, contentType: 'image/jpeg', extension: 'jpg' },
  ]);
});

describe('intake', () => {
  it('queues photos by their content and says of everything else why not', async () => {
    const folder = tempDir();
    fs.chmodSync(folder, 0o755);
    writeFile(path.join(folder, 'a.jpg'), jpegHead);
    writeFile(path.join(folder, 'b/named-text.txt'), pngHead);
    writeFile(path.join(folder, 'b/letter.jpg'), 'Dear Ada, this is no photo at all.');
    writeFile(path.join(folder, 'b/readme.txt'), 'text');
    execFileSync('mkfifo', [path.join(folder, 'pipe.jpg')]);
    fs.symlinkSync(path.join(folder, 'gone'), path.join(folder, 'nowhere.jpg'));
    const test = setUp();
    const id = test.intake.add(owner, [folder]);
    const report = await test.finished();
    expect(rows(test, folder)).toEqual(['a.jpg', 'b/named-text.txt']);
    expect(report).toMatchObject({ id, running: false, found: 6, queued: 2 });
    expect(new Map(report.skipped.map(({ reason, count }) => [reason, count]))).toEqual(
      new Map([
        ['not_a_photo', 2],
        ['special_file', 1],
        ['vanished', 1],
      ]),
    );
    expect(report.examples).toContainEqual({
      path: path.join(folder, 'b/letter.jpg'),
      reason: 'not_a_photo',
    });
    expect(report.found).toBe(report.queued + report.skipped.reduce((sum, { count }) => sum + count, 0));
    expect(report).not.toHaveProperty('problem');
  });

  it('queues an empty photo by its name: it is reported in its row, not dropped', async () => {
    const folder = tempDir();
    writeFile(path.join(folder, 'empty.jpg'), '');
    const test = setUp();
    test.intake.add(owner, [folder]);
    expect(await test.finished()).toMatchObject({ found: 1, queued: 1 });
  });

  it('names a photo that it must not read', async () => {
    const folder = tempDir();
    fs.chmodSync(folder, 0o755);
    const file = writeFile(path.join(folder, 'private.jpg'), jpegHead);
    fs.chmodSync(file, 0o000);
    const test = setUp();
    // The walk itself begins a microtask later: the whole of it must run as somebody else.
    const report = await asOrdinaryUser(() => {
      test.intake.add(owner, [folder]);
      return test.finished();
    });
    expect(report).toMatchObject({ queued: 0, skipped: [{ reason: 'permission_denied', count: 1 }] });
  });

  it('shows the first rows early, and takes 5,000 files in order without losing one', async () => {
    const folder = tempDir();
    for (let index = 0; index < 5000; index++) {
      fs.writeFileSync(path.join(folder, `${String(index).padStart(4, '0')}.jpg`), jpegHead);
    }
    const test = setUp();
    test.intake.add(owner, [folder]);
    const early = await test.until((report) => report.queued > 0);
    expect(early).toMatchObject({ running: true, queued: 50 });
    expect(await test.finished()).toMatchObject({ found: 5000, queued: 5000, skipped: [] });
    expect(rows(test, folder)[499]).toBe('0499.jpg');
    // A transaction for each file would be a hundred times slower.
    expect(test.progress.length).toBeLessThan(12);
  });

  it('leaves other work its turn between two batches, also when more of them wait', async () => {
    const folder = tempDir();
    for (let index = 0; index < 3000; index++) fs.writeFileSync(path.join(folder, `${index}.jpg`), jpegHead);
    const test = setUp();
    test.intake.add(owner, [folder]);
    let turns = 0;
    let running = true;
    const turn = (): void => {
      turns++;
      if (running) setImmediate(turn);
    };
    setImmediate(turn);
    await test.finished();
    running = false;
    expect(turns).toBeGreaterThanOrEqual(test.progress.length - 2);
    expect(test.progress.length).toBeGreaterThan(4);
  });

  it('knows on the second drop what is queued, in batches as large as the first time', async () => {
    const folder = tempDir();
    for (let index = 0; index < 1000; index++) fs.writeFileSync(path.join(folder, `${index}.jpg`), jpegHead);
    let adds = 0;
    const test = setUp((queue) => ({
      add: (...args) => {
        adds++;
        return queue.add(...args);
      },
    }));
    test.intake.add(owner, [folder]);
    await test.finished();
    adds = 0;
    test.intake.add(owner, [folder]);
    const report = await test.finished();
    expect(report).toMatchObject({
      found: 1000,
      queued: 0,
      skipped: [{ reason: 'already_queued', count: 1000 }],
    });
    expect(report.examples).toHaveLength(200);
    expect(adds).toBeLessThanOrEqual(3);
  });

  it('takes drops one after the other, and reports the newest', async () => {
    const [first, second] = [tempDir(), tempDir()];
    writeFile(path.join(first, 'a.jpg'), jpegHead);
    writeFile(path.join(second, 'b.jpg'), jpegHead);
    const test = setUp();
    const ids = [test.intake.add(owner, [first]), test.intake.add(owner, [second])];
    const report = await test.finished();
    expect(new Set(ids).size).toBe(2);
    expect(report).toMatchObject({ id: ids[1], queued: 1 });
    expect(test.pages.tallies(owner).all.count).toBe(2);
  });

  it('shows nobody what somebody else dropped', async () => {
    const folder = tempDir();
    writeFile(path.join(folder, 'letter.txt'), 'private');
    const test = setUp();
    test.intake.add(owner, [folder]);
    await test.finished();
    expect(test.intake.report('bob')).toBeNull();
    expect(test.intake.report(owner)).not.toBeNull();
  });

  it('says so when the queue cannot take more, and takes the next drop all the same', async () => {
    const folder = tempDir();
    writeFile(path.join(folder, 'a.jpg'), jpegHead);
    let full = true;
    const test = setUp((queue) => ({
      add: (...args) => {
        if (full) throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
        return queue.add(...args);
      },
    }));
    test.intake.add(owner, [folder]);
    expect(await test.finished()).toMatchObject({
      queued: 0,
      problem: { code: 'database_full', detail: 'SQLITE_FULL' },
    });
    full = false;
    test.intake.add(owner, [folder]);
    expect(await test.finished()).toMatchObject({ queued: 1 });
  });

  it('ends early when it is stopped: what was found until then stays queued', async () => {
    const folder = tempDir();
    for (let index = 0; index < 2000; index++) fs.writeFileSync(path.join(folder, `${index}.jpg`), jpegHead);
    const test = setUp();
    test.intake.add(owner, [folder]);
    await test.until((report) => report.queued > 0);
    await test.intake.stop();
    const report = await test.finished();
    expect(report.queued).toBeGreaterThanOrEqual(50);
    expect(report.queued).toBeLessThan(2000);
    expect(test.pages.tallies(owner).all.count).toBe(report.queued);
  });
});

it('lists all that was skipped by name, however much it is, until the next drop', async () => {
  const folder = tempDir();
  for (let index = 0; index < 450; index++) writeFile(path.join(folder, `${index}.txt`), 'no photo');
  writeFile(path.join(folder, 'a.jpg'), jpegHead);
  const { intake, finished } = setUp();
  intake.add(owner, [folder]);
  const report = await finished();
  expect(report).toMatchObject({ queued: 1, skipped: [{ reason: 'not_a_photo', count: 450 }] });
  expect(report.examples).toHaveLength(200);
  const saved = path.join(tempDir(), 'skipped.csv');
  const words = {
    path: 'File',
    reason: 'Why',
    cut: 'cut',
    reasons: Object.fromEntries(skipReasons.map((reason) => [reason, reason])) as Record<SkipReason, string>,
  };
  await intake.skipped(owner)?.save(saved, words);
  const lines = fs.readFileSync(saved, 'utf8').trimEnd().split('\r\n');
  expect(lines).toHaveLength(451);
  expect(lines.slice(1).toSorted()).toEqual(
    Array.from({ length: 450 }, (_, index) => `"${folder}/${index}.txt","not_a_photo"`).toSorted(),
  );
  expect(intake.skipped('bob')).toBeNull();
  intake.add(owner, [path.join(folder, 'a.jpg')]);
  await finished();
  await intake.skipped(owner)?.save(saved, words);
  expect(fs.readFileSync(saved, 'utf8').trimEnd().split('\r\n').slice(1)).toEqual([
    `"${folder}/a.jpg","already_queued"`,
  ]);
});
