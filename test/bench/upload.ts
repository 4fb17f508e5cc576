/**
 * How long photos take from the drop to confirmed, and what that costs, beside `rclone copy --transfers 16` of the
 * same files to the same store: `upload.photos`, `upload.small` and `upload.large`, as ratios app / rclone.
 *
 *   npm run bench -- upload [--json FILE] [--rounds 5] [--only photos|small|large]
 *
 * Every round has new files, which neither the queue nor the store has seen, in the page cache for both; they take
 * turns in going first. The app hashes, keeps its queue and has every photo confirmed by the backend; rclone copies.
 * CPU seconds are those of all of the app's processes against rclone's; the store's are shown beside them.
 */
import { DeleteObjectsCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Sandbox } from '../../sandbox/start.ts';
import type { RunningApp } from '../e2e/harness.ts';
import { makePhotos } from '../e2e/photos.ts';
import { until } from '../e2e/until.ts';
import { summaryOf } from '../e2e/window.ts';
import { openWorld, type World } from '../e2e/world.ts';
import { measureCommand, type Cost } from './lib/command.ts';
import { doneSelector, timeDrop } from './lib/drop.ts';
import { makeVideo, settleFiles } from './lib/files.ts';
import { countFrom, metric, report, round, type Metrics } from './lib/report.ts';
import { cpuSeconds, untilQuiet, watchPeak } from './lib/usage.ts';

interface Load {
  title: string;
  count: number;
  bytes: number;
  make: (dir: string, load: Load) => Promise<unknown>;
}
const manyPhotos: Load['make'] = (dir, { count, bytes }) => makePhotos(dir, count, { bytes });
const loads = {
  photos: { title: '300 photos of 4 MB', count: 300, bytes: 4_000_000, make: manyPhotos },
  small: { title: '1,000 photos of 200 kB', count: 1_000, bytes: 200_000, make: manyPhotos },
  large: {
    title: '1 video of 1 GiB',
    count: 1,
    bytes: 1_073_741_824,
    make: (dir, { bytes }) => Promise.resolve(makeVideo(path.join(dir, 'MOV_0001.mp4'), bytes)),
  },
} as const satisfies Record<string, Load>;
type LoadName = keyof typeof loads;

/** What one of the two did with a load, and what that cost the store, which both share. */
interface Run extends Cost {
  storeCpuSeconds: number;
}
interface Round {
  app: Run;
  rclone: Run;
  /** Of the app's, that of its engine alone. */
  engineCpuSeconds: number;
}

const rcloneFolder = 'rclone/';
const appFolder = 'users/';
const decodedWithinMs = 10 * 60_000;

async function measureRound(world: World, app: RunningApp, load: Load, appFirst: boolean): Promise<Round> {
  const dir = world.newDir('load');
  await load.make(dir, load);
  settleFiles(dir);
  let engineCpuSeconds = 0;
  const byApp = async (): Promise<Run> => {
    const engine = [app.enginePid() ?? 0];
    const before = cpuSeconds(engine);
    const run = await withStoreCpu(world, () => uploadByApp(app, dir, load));
    engineCpuSeconds = cpuSeconds(engine) - before;
    return run;
  };
  const byRclone = (): Promise<Run> => withStoreCpu(world, () => uploadByRclone(world.sandbox.store, dir));
  const early = appFirst ? null : await byRclone();
  const ours = await byApp();
  await untilAtRest(app);
  const theirs = early ?? (await byRclone());
  for (const folder of [appFolder, rcloneFolder]) await emptyStore(world.sandbox.store, folder, load);
  fs.rmSync(dir, { recursive: true });
  return { app: ours, rclone: theirs, engineCpuSeconds };
}

async function uploadByApp(app: RunningApp, dir: string, load: Load): Promise<Cost> {
  const { done } = await summaryOf(app.page);
  const pids = app.treePids();
  const endOfWatch = watchPeak(() => pids);
  const cpuBefore = cpuSeconds(pids);
  const drop = await timeDrop(app, [dir], [doneSelector(done.count + load.count)]);
  const [elapsedMs = 0] = await drop.shown;
  // A process that was started meanwhile has used all of its time for this.
  return {
    seconds: elapsedMs / 1000,
    cpuSeconds: cpuSeconds(app.treePids()) - cpuBefore,
    peakMb: endOfWatch(),
  };
}

function uploadByRclone(store: Sandbox['store'], dir: string): Promise<Cost> {
  return measureCommand(
    'rclone',
    ['copy', '--transfers', '16', dir, `bench:${store.bucket}/${rcloneFolder}`],
    {
      RCLONE_CONFIG: '/notfound',
      RCLONE_CONFIG_BENCH_TYPE: 's3',
      RCLONE_CONFIG_BENCH_PROVIDER: 'Other',
      RCLONE_CONFIG_BENCH_ENDPOINT: store.url,
      RCLONE_CONFIG_BENCH_REGION: store.region,
      RCLONE_CONFIG_BENCH_ACCESS_KEY_ID: store.accessKeyId,
      RCLONE_CONFIG_BENCH_SECRET_ACCESS_KEY: store.secretAccessKey,
    },
  );
}

async function withStoreCpu(world: World, work: () => Promise<Cost>): Promise<Run> {
  const pids = [world.sandbox.pids.store ?? 0];
  const before = cpuSeconds(pids);
  const cost = await work();
  return { ...cost, storeCpuSeconds: cpuSeconds(pids) - before };
}

/** Pictures are decoded once when the uploads are through; that must not be in anybody's way. */
async function untilAtRest(app: RunningApp): Promise<void> {
  await until('all pictures are decoded', async () => !(await summaryOf(app.page)).decoding, decodedWithinMs);
  await untilQuiet(app.treePids);
}

/** Makes room for the next round, after a look that all of this one is really there. */
async function emptyStore(store: Sandbox['store'], folder: string, { count, bytes }: Load): Promise<void> {
  const client = new S3Client({
    endpoint: store.url,
    region: store.region,
    forcePathStyle: true,
    credentials: { accessKeyId: store.accessKeyId, secretAccessKey: store.secretAccessKey },
  });
  try {
    const found: { Key: string; Size: number }[] = [];
    for await (const page of paginateListObjectsV2({ client }, { Bucket: store.bucket, Prefix: folder })) {
      for (const { Key = '', Size = 0 } of page.Contents ?? []) found.push({ Key, Size });
    }
    if (found.length !== count || found.some(({ Size }) => Size !== bytes)) {
      throw new Error(`${folder} holds ${found.length} objects where ${count} of ${bytes} bytes are due.`);
    }
    // At most 1,000 keys to a request, which no load exceeds.
    const Delete = { Objects: found.map(({ Key }) => ({ Key })), Quiet: true };
    await client.send(new DeleteObjectsCommand({ Bucket: store.bucket, Delete }));
  } finally {
    client.destroy();
  }
}

function ratios(name: LoadName, rounds: readonly Round[]): Metrics {
  const compare = (figure: keyof Run): number[] =>
    rounds.map(({ app, rclone }) => app[figure] / rclone[figure]);
  return {
    [`upload.${name}.wall_ratio`]: metric(compare('seconds'), 'ratio'),
    [`upload.${name}.cpu_ratio`]: metric(compare('cpuSeconds'), 'ratio'),
    [`upload.${name}.peak_ratio`]: metric(compare('peakMb'), 'ratio'),
  };
}

function tell(name: LoadName, rounds: readonly Round[]): void {
  console.log(`\n${loads[name].title}`);
  console.table(
    rounds.flatMap((both, index) =>
      (['app', 'rclone'] as const).map((who) => ({
        round: index + 1,
        who,
        'wall s': round(both[who].seconds),
        'CPU s': round(both[who].cpuSeconds),
        "engine's CPU s": who === 'app' ? round(both.engineCpuSeconds) : null,
        'peak MB': Math.round(both[who].peakMb),
        "store's CPU s": round(both[who].storeCpuSeconds),
      })),
    ),
  );
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      json: { type: 'string' },
      rounds: { type: 'string', default: '5' },
      only: { type: 'string' },
    },
  });
  const { only } = values;
  const names = (Object.keys(loads) as LoadName[]).filter((name) => only === undefined || name === only);
  if (names.length === 0) {
    console.error(`There is no load ${only}. There are: ${Object.keys(loads).join(', ')}.`);
    process.exit(2);
  }
  const count = countFrom(values.rounds);
  const rounds = new Map<LoadName, Round[]>(names.map((name) => [name, []]));
  const world = await openWorld();
  try {
    const app = await world.launchSignedIn();
    await untilQuiet(app.treePids);
    for (let index = 0; index < count; index++) {
      for (const [name, done] of rounds) {
        const both = await measureRound(world, app, loads[name], index % 2 === 0);
        done.push(both);
        const [ours, theirs] = [round(both.app.seconds), round(both.rclone.seconds)];
        console.log(`round ${index + 1}, ${loads[name].title}: app ${ours} s, rclone ${theirs} s`);
      }
    }
  } finally {
    await world.close();
  }
  for (const [name, done] of rounds) tell(name, done);
  const metrics = Object.assign({}, ...[...rounds].map(([name, done]) => ratios(name, done))) as Metrics;
  report('upload', metrics, values.json);
}

await main();
