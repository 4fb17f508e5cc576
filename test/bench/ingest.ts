/**
 * How fast dropped files become queued and hashed rows; nothing is sent, as the backend is away.
 *
 *   npm run bench -- ingest [--json FILE] [--rounds 5] [--only photos|small] [--count 3000] [--small 100000]
 *
 * `ingest.photos.wall_ratio`: photos of 4 MB from the drop until every one is hashed, against `openssl dgst -sha256`
 * of the same files in two processes, as the engine has two workers. `ingest.small.files_per_s`: photos of 4 kB until
 * the window says that all are queued. `ingest.first_rows_ms`: the same drop until the window has painted a row.
 */
import Database from 'better-sqlite3';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { makePhotos } from '../e2e/photos.ts';
import { openWorld, type World } from '../e2e/world.ts';
import { countFrom, optionsOf } from '../support/command-line.ts';
import { measureCommand } from './lib/command.ts';
import { timeDrop } from './lib/drop.ts';
import { makeSmallPhotos, settleFiles } from './lib/files.ts';
import { metric, report, round, type Metrics } from './lib/report.ts';
import { untilQuiet } from './lib/usage.ts';

const photoBytes = 4_000_000;
const smallBytes = 4_096;
/** As many as the engine has workers that hash. */
const processes = 2;
const perFolder = 250;
const pollMs = 20;
const standstillMs = 120_000;
const walked = '[data-testid=intake-report][data-running=false]';
const anyRow = '[data-testid^="row-"]';

interface Photos {
  appSeconds: number;
  opensslSeconds: number;
}
interface Small {
  queuedSeconds: number;
  firstRowMs: number;
}

/** The same files, hashed by the app and by openssl, in the page cache for both. */
async function measurePhotos(world: World, dir: string, count: number, appFirst: boolean): Promise<Photos> {
  let appSeconds = 0;
  if (appFirst) appSeconds = await hashByApp(world, dir, count);
  const opensslSeconds = await hashByOpenssl(dir);
  if (!appFirst) appSeconds = await hashByApp(world, dir, count);
  return { appSeconds, opensslSeconds };
}

async function hashByApp(world: World, dir: string, count: number): Promise<number> {
  const userDataDir = world.newDir('user-data');
  const app = await world.launchSignedIn({ userDataDir });
  await untilQuiet(app.treePids);
  await world.sandbox.stopPart('backend');
  const drop = await timeDrop(app, [dir], [walked]);
  const hashedAt = await whenHashed(path.join(userDataDir, 'queue.sqlite'), count);
  await drop.shown;
  await world.startOver();
  await world.sandbox.startPart('backend');
  return (hashedAt - drop.droppedAt) / 1000;
}

/**
 * When the last of `count` rows had its hash, in Unix milliseconds, as the queue itself has it.
 *
 * The window does not tell hashed rows from others that wait, so the database is asked, which is cheap.
 */
async function whenHashed(file: string, count: number): Promise<number> {
  const database = new Database(file, { readonly: true });
  try {
    const hashed = database.prepare('SELECT count(*) FROM photo WHERE sha256 IS NOT NULL').pluck();
    // The oldest first: the last rows are worth a count only when they are there.
    const last = database.prepare('SELECT sha256 IS NOT NULL FROM photo WHERE id = ?').pluck();
    let [known, movedAt] = [-1, Date.now()];
    for (;;) {
      const now = Date.now();
      if (last.get(count) === 1 && hashed.get() === count) return now;
      if (now - movedAt > standstillMs / 10) {
        const present = Number(hashed.get());
        if (present === known) throw new Error(`Hashing stands still at ${present} of ${count}.`);
        [known, movedAt] = [present, now];
      }
      await pause(pollMs);
    }
  } finally {
    database.close();
  }
}

async function hashByOpenssl(dir: string): Promise<number> {
  const script = `find "$1" -type f -print0 | xargs -0 -P ${processes} -n 32 openssl dgst -sha256 > /dev/null`;
  return (await measureCommand('sh', ['-c', script, 'sh', dir])).seconds;
}

async function measureSmall(world: World, dir: string): Promise<Small> {
  const app = await world.launchSignedIn();
  await untilQuiet(app.treePids);
  await world.sandbox.stopPart('backend');
  const drop = await timeDrop(app, [dir], [walked, anyRow]);
  const [queuedMs = 0, firstRowMs = 0] = await drop.shown;
  await world.startOver();
  await world.sandbox.startPart('backend');
  return { queuedSeconds: queuedMs / 1000, firstRowMs };
}

async function rounds<T>(count: number, measure: (index: number) => Promise<T>): Promise<T[]> {
  const done: T[] = [];
  while (done.length < count) done.push(await measure(done.length));
  return done;
}

async function main(): Promise<void> {
  const values = optionsOf({ json: undefined, rounds: '5', only: undefined, count: '3000', small: '100000' });
  const [photos, small, times] = [values.count, values.small, values.rounds].map(countFrom) as [
    number,
    number,
    number,
  ];
  const metrics: Metrics = {};
  const world = await openWorld();
  try {
    if (values.only !== 'small') {
      const dir = world.newDir('photos');
      for (let made = 0; made < photos; made += perFolder) {
        const folder = path.join(dir, `DCIM${made / perFolder}`);
        await makePhotos(folder, Math.min(perFolder, photos - made), { bytes: photoBytes });
      }
      settleFiles(dir);
      const all = await rounds(times, (index) => measurePhotos(world, dir, photos, index % 2 === 0));
      fs.rmSync(dir, { recursive: true });
      console.log(`\n${photos} photos of 4 MB${photos === 3_000 ? '' : ' (3,000 are the standard)'}`);
      console.table(
        all.map(({ appSeconds, opensslSeconds }) => ({
          'app s': round(appSeconds),
          'openssl s': round(opensslSeconds),
          'app MB/s': Math.round((photos * photoBytes) / 1e6 / appSeconds),
        })),
      );
      const ratios = all.map(({ appSeconds, opensslSeconds }) => appSeconds / opensslSeconds);
      metrics['ingest.photos.wall_ratio'] = metric(ratios, 'ratio');
    }
    if (values.only !== 'photos') {
      const dir = world.newDir('small');
      await makeSmallPhotos(dir, small, smallBytes);
      settleFiles(dir);
      const all = await rounds(times, () => measureSmall(world, dir));
      console.log(`\n${small} photos of 4 kB${small === 100_000 ? '' : ' (100,000 are the standard)'}`);
      console.table(
        all.map(({ queuedSeconds, firstRowMs }) => ({
          'all queued s': round(queuedSeconds),
          'first row ms': Math.round(firstRowMs),
        })),
      );
      metrics['ingest.small.files_per_s'] = metric(
        all.map(({ queuedSeconds }) => small / queuedSeconds),
        'files/s',
      );
      metrics['ingest.first_rows_ms'] = metric(
        all.map(({ firstRowMs }) => firstRowMs),
        'ms',
      );
    }
  } finally {
    await world.close();
  }
  report('ingest', metrics, values.json);
}

await main();
