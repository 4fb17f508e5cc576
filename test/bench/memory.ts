/**
 * What the app takes of memory, idle with an empty queue, at 100,000 rows and while it uploads as fast as it can; and
 * whether a photo takes longer when the queue is long.
 *
 *   npm run bench -- memory [--json FILE] [--rounds 1] [--rows 100000] [--photos 300] [--only memory|scale]
 *
 * Resident memory (RSS) is what the process has, libraries that others have too included; proportional (PSS) splits
 * those, so that it may be summed. At 100,000 rows the figure is the peak from the drop on, until all are queued and
 * the list has been scrolled from end to end; hashing goes on meanwhile. At full speed it is the peak while 300 photos of
 * 4 MB go up. MB are 10⁶ bytes.
 *
 * `scale.per_photo_ratio_100k`: 500 new photos of 20 kB from the drop to confirmed, by an app whose queue holds 100,000
 * rows already, half of them done and half waiting for a later time, over the same with 1,000 rows; taken in turns.
 */
import fs from 'node:fs';
import { sandboxUsers } from '../../sandbox/start.ts';
import type { RunningApp } from '../e2e/harness.ts';
import { makePhotos } from '../e2e/photos.ts';
import { commandOf } from '../e2e/processes.ts';
import { openWorld, type World } from '../e2e/world.ts';
import { countFrom, optionsOf, refuse } from '../support/command-line.ts';
import { doneSelector, timeDrop } from './lib/drop.ts';
import { fillQueue } from './lib/filled-queue.ts';
import { makeSmallPhotos, settleFiles } from './lib/files.ts';
import { metric, report, round, type Metrics } from './lib/report.ts';
import { proportionalMb, residentMb, untilQuiet, watchPeak } from './lib/usage.ts';

const smallBytes = 4_096;
const photoBytes = 4_000_000;
const fewRows = 1_000;
const newPhotos = 500;
const newBytes = 20_000;
const kinds = ['main', 'engine', 'renderer'] as const;
type Kind = (typeof kinds)[number];
const walked = '[data-testid=intake-report][data-running=false]';

interface Round {
  idlePss: number;
  idle: Record<Kind, number>;
  rows: Record<Kind, number>;
  fullSpeed: Record<Kind, number>;
}

async function measure(world: World, dir: string, photos: number): Promise<Round> {
  const app = await world.launchSignedIn();
  await untilQuiet(app.treePids);
  const idlePss = proportionalMb(app.treePids());
  const idle = watchKinds(app)();
  tell('idle, with an empty queue', app);
  // Nothing is to be sent: rows that wait are what fills the memory, if anything does.
  await world.sandbox.stopPart('backend');
  const endOfWatch = watchKinds(app);
  const drop = await timeDrop(app, [dir], [walked]);
  await drop.shown;
  await scrollThrough(app);
  tell('with all rows', app);
  const rows = endOfWatch();
  await world.startOver();
  await world.sandbox.startPart('backend');
  return { idlePss, idle, rows, fullSpeed: await measureFullSpeed(world, photos) };
}

/** The peaks while photos go up, by an app with nothing else in its queue. */
async function measureFullSpeed(world: World, photos: number): Promise<Round['fullSpeed']> {
  const dir = world.newDir('full-speed');
  await makePhotos(dir, photos, { bytes: photoBytes });
  settleFiles(dir);
  const app = await world.launchSignedIn();
  await untilQuiet(app.treePids);
  const endOfWatch = watchKinds(app);
  await (
    await timeDrop(app, [dir], [doneSelector(photos)])
  ).shown;
  const peaks = endOfWatch();
  tell('after the upload', app);
  await world.startOver();
  fs.rmSync(dir, { recursive: true });
  return peaks;
}

/** Watches the resident memory of each kind of process; the returned function ends that and tells the peaks in MB. */
function watchKinds(app: RunningApp): () => Record<Kind, number> {
  const pids = app.treePids();
  const watches = kinds.map((kind) => {
    const ofKind = pids.filter((pid) => kindOf(pid) === kind);
    return [kind, watchPeak(() => ofKind)] as const;
  });
  return () =>
    Object.fromEntries(watches.map(([kind, endOfWatch]) => [kind, endOfWatch()])) as Record<Kind, number>;
}

/** Milliseconds for each of the new photos, with that many rows in the queue before. */
async function perPhotoMs(world: World, rows: number): Promise<number> {
  const userDataDir = world.newDir('user-data');
  await fillQueue(userDataDir, sandboxUsers.demo.sub, rows);
  const dir = world.newDir('new-photos');
  await makePhotos(dir, newPhotos, { bytes: newBytes });
  settleFiles(dir);
  const app = await world.launchSignedIn({ userDataDir });
  await untilQuiet(app.treePids);
  const done = Number(await app.page.getByTestId('summary-done').getAttribute('data-count'));
  if (done !== rows / 2) throw new Error(`The window tells of ${done} photos done where ${rows / 2} are.`);
  const [elapsedMs = 0] = await (await timeDrop(app, [dir], [doneSelector(done + newPhotos)])).shown;
  await world.startOver();
  for (const made of [dir, userDataDir]) fs.rmSync(made, { recursive: true });
  return elapsedMs / newPhotos;
}

async function measureScale(world: World, rows: number, count: number): Promise<Metrics> {
  const ratios: number[] = [];
  while (ratios.length < count) {
    const sizes = ratios.length % 2 === 0 ? [rows, fewRows] : [fewRows, rows];
    const times = new Map<number, number>();
    for (const size of sizes) times.set(size, await perPhotoMs(world, size));
    const [many = 0, few = 0] = [times.get(rows), times.get(fewRows)];
    console.log(`a photo takes ${round(many)} ms at ${rows} rows, ${round(few)} ms at ${fewRows}`);
    ratios.push(many / few);
  }
  return { 'scale.per_photo_ratio_100k': metric(ratios, 'ratio') };
}

/** From the first row to the last, as a person would with the End key, and a little further each time. */
async function scrollThrough({ page }: RunningApp): Promise<void> {
  const row = page.locator('[data-testid^="row-"]').first();
  await row.waitFor();
  await row.hover();
  const pages = 100;
  const height = await row.evaluate((element) => {
    let scroller = element.parentElement;
    while (scroller !== null && scroller.scrollHeight <= scroller.clientHeight + 1) {
      scroller = scroller.parentElement;
    }
    return scroller?.scrollHeight ?? 0;
  });
  for (let index = 0; index < pages; index++) {
    await page.mouse.wheel(0, height / pages);
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
  }
}

function tell(when: string, app: RunningApp): void {
  console.log(`\n${when}`);
  console.table(
    app.treePids().map((pid) => ({
      process: kindOf(pid),
      'RSS MB': Math.round(residentMb([pid])),
      'PSS MB': Math.round(proportionalMb([pid])),
    })),
  );
}

function kindOf(pid: number): string {
  const command = commandOf(pid);
  if (command.includes('--utility-sub-type=node.mojom.NodeService')) return 'engine';
  return /--(?:type|utility-sub-type)=(\S+)/.exec(command)?.[1] ?? 'main';
}

async function main(): Promise<void> {
  const values = optionsOf({ json: undefined, rounds: '1', rows: '100000', photos: '300', only: undefined });
  const { only } = values;
  if (only !== undefined && only !== 'memory' && only !== 'scale') {
    refuse(`There is no part ${only}: say memory or scale.`);
  }
  const [count, rows, photos] = [countFrom(values.rounds), countFrom(values.rows), countFrom(values.photos)];
  const metrics: Metrics = {};
  const world = await openWorld();
  try {
    if (only !== 'scale') Object.assign(metrics, await measureMemory(world, rows, photos, count));
    if (only !== 'memory') Object.assign(metrics, await measureScale(world, rows, count));
  } finally {
    await world.close();
  }
  if (rows !== 100_000) console.log(`With ${rows} rows; 100,000 are the standard.`);
  report('memory', metrics, values.json);
}

async function measureMemory(world: World, rows: number, photos: number, count: number): Promise<Metrics> {
  const dir = world.newDir('photos');
  await makeSmallPhotos(dir, rows, smallBytes);
  settleFiles(dir);
  const rounds: Round[] = [];
  while (rounds.length < count) rounds.push(await measure(world, dir, photos));
  fs.rmSync(dir, { recursive: true });
  const figure = (pick: (one: Round) => number): Metrics[string] => metric(rounds.map(pick), 'MB');
  const metrics: Metrics = { 'memory.total_pss_mb_idle': figure(({ idlePss }) => idlePss) };
  for (const kind of kinds) {
    metrics[`memory.${kind}_rss_mb_idle`] = figure(({ idle }) => idle[kind]);
    metrics[`memory.${kind}_rss_mb_100k`] = figure((one) => one.rows[kind]);
    metrics[`memory.${kind}_rss_mb_full_speed`] = figure(({ fullSpeed }) => fullSpeed[kind]);
  }
  return metrics;
}

await main();
