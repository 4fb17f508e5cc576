/**
 * How long photos take from the drop to confirmed, and what that costs, beside `rclone copy --transfers 16` of the
 * same files to the same store, as ratios app / rclone.
 *
 *   npm run bench -- upload [--json FILE] [--rounds 5] [--store ceph|sandbox]
 *                           [--only photos|small|large|delay|delay50|delay200|photos.delay50|…]
 *
 * `upload.photos`, `upload.small` and `upload.large`: every round has new files, which neither the queue nor the store has
 * seen, in the page cache for both; they take turns in going first. The app hashes, keeps its queue and has every photo
 * confirmed by the backend; rclone copies. CPU seconds are those of all of the app's processes against rclone's; the
 * store's and the backend's are shown beside them.
 *
 * `….delay50` and `….delay200`: the same with that many milliseconds of round trip (lib/delay-line.ts), to store and
 * backend for the app, to the store for rclone. The backend itself stays near its store.
 *
 * The store is a real one, Ceph, where that is installed: else the sandbox's own, which does other work for a request.
 */
import { DeleteObjectsCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import fs from 'node:fs';
import { cephLack } from '../../sandbox/ceph/server.ts';
import type { ObjectStore, Sandbox } from '../../sandbox/start.ts';
import type { RunningApp } from '../e2e/harness.ts';
import { treeOf } from '../e2e/processes.ts';
import { until } from '../e2e/until.ts';
import { summaryOf } from '../e2e/window.ts';
import { openWorld, type World } from '../e2e/world.ts';
import { countFrom, optionsOf, refuse } from '../support/command-line.ts';
import type { Cost } from './lib/command.ts';
import { openDistance, type Distance } from './lib/distance.ts';
import { doneSelector, timeDrop } from './lib/drop.ts';
import { settleFiles } from './lib/files.ts';
import { loads, uploadByRclone, type Load, type LoadName } from './lib/loads.ts';
import { metric, report, round, type Metrics } from './lib/report.ts';
import { cpuSeconds, untilQuiet, watchPeak } from './lib/usage.ts';

interface Case {
  /** Follows `upload.` in the names of its figures. */
  id: string;
  load: Load;
  /** Milliseconds; 0 where nothing stands in between. */
  roundTrip: number;
}

const near = (Object.keys(loads) as LoadName[]).map((name): Case => ({
  id: name,
  load: loads[name],
  roundTrip: 0,
}));
const far = [50, 200].flatMap((roundTrip) =>
  (['photos', 'small'] as const).map((name): Case => ({
    id: `${name}.delay${roundTrip}`,
    load: loads[name],
    roundTrip,
  })),
);

/** What one of the two did with a load, and what that cost the store, which both share. */
interface Run extends Cost {
  storeCpuSeconds: number;
  /** What the backend used, which is nobody's computer but shares this one. */
  backendCpuSeconds: number;
  /** Opened meanwhile; known at a distance only. */
  connections: number | null;
}
interface Round {
  app: Run;
  rclone: Run;
  /** Of the app's, that of its engine alone. */
  engineCpuSeconds: number;
}
interface Place {
  world: World;
  app: RunningApp;
  /** Null where app and rclone go straight to the store. */
  distance: Distance | null;
}

const rcloneFolder = 'rclone/';
const appFolder = 'users/';
const decodedWithinMs = 10 * 60_000;

async function measureRound(place: Place, { load, roundTrip }: Case, appFirst: boolean): Promise<Round> {
  const { world, app, distance } = place;
  const { store } = world.sandbox;
  const dir = world.newDir('load');
  await load.make(dir, load);
  await distance?.setRoundTrip(roundTrip);
  let engineCpuSeconds = 0;
  const byApp = async (): Promise<Run> => {
    await settleAll(place, dir);
    const engine = [app.enginePid() ?? 0];
    const before = cpuSeconds(engine);
    const run = await watched(place, () => uploadByApp(app, dir, load));
    engineCpuSeconds = cpuSeconds(engine) - before;
    await emptyStore(store, appFolder, load);
    return run;
  };
  const byRclone = async (): Promise<Run> => {
    await settleAll(place, dir);
    const run = await watched(place, () =>
      uploadByRclone({ ...store, url: distance?.storeUrl ?? store.url }, dir, rcloneFolder),
    );
    await emptyStore(store, rcloneFolder, load);
    return run;
  };
  const early = appFirst ? null : await byRclone();
  const ours = await byApp();
  const theirs = early ?? (await byRclone());
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

/** The same, with what it cost the store and how many connections were opened. */
async function watched({ world, distance }: Place, work: () => Promise<Cost>): Promise<Run> {
  const store = serverPids(world, 'store');
  const backend = serverPids(world, 'backend');
  const cpuBefore = { store: cpuSeconds(store), backend: cpuSeconds(backend) };
  const openedBefore = await distance?.connections();
  const cost = await work();
  const opened = await distance?.connections();
  return {
    ...cost,
    storeCpuSeconds: cpuSeconds(store) - cpuBefore.store,
    backendCpuSeconds: cpuSeconds(backend) - cpuBefore.backend,
    connections: opened === undefined || openedBefore === undefined ? null : opened - openedBefore,
  };
}

/** Whoever's turn it is finds the same: the files in the page cache, nobody at work for the one before. */
async function settleAll({ world, app }: Place, dir: string): Promise<void> {
  settleFiles(dir);
  // Pictures are decoded once when the uploads are through.
  await until('all pictures are decoded', async () => !(await summaryOf(app.page)).decoding, decodedWithinMs);
  await untilQuiet(() => [...app.treePids(), ...serverPids(world, 'store'), ...serverPids(world, 'backend')]);
}

function serverPids({ sandbox }: World, server: 'store' | 'backend'): number[] {
  const pid = sandbox.pids[server];
  return pid === undefined ? [] : treeOf(pid);
}

/** The next one's store is as empty as this one's was; first a look that all of it was really there. */
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

function ratios(rounds: ReadonlyMap<Case, Round[]>): Metrics {
  const metrics: Metrics = {};
  for (const [{ id, roundTrip }, done] of rounds) {
    const compare = (figure: 'seconds' | 'cpuSeconds' | 'peakMb'): number[] =>
      done.map(({ app, rclone }) => app[figure] / rclone[figure]);
    metrics[`upload.${id}.wall_ratio`] = metric(compare('seconds'), 'ratio');
    metrics[`upload.${id}.cpu_ratio`] = metric(compare('cpuSeconds'), 'ratio');
    metrics[`upload.${id}.peak_ratio`] = metric(compare('peakMb'), 'ratio');
    if (roundTrip === 0) continue;
    const opened = done.map(({ app }) => app.connections ?? 0);
    metrics[`upload.${id}.connections`] = metric(opened, 'connections');
  }
  return metrics;
}

function tell({ id, load }: Case, rounds: readonly Round[]): void {
  console.log(`\n${id}: ${load.title}`);
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
        "backend's CPU s": round(both[who].backendCpuSeconds),
        connections: both[who].connections,
      })),
    ),
  );
}

/** Measures these, in turn, so that no case has the machine's good hour to itself. */
async function measureAll(
  cases: readonly Case[],
  count: number,
  objectStore: ObjectStore,
): Promise<ReadonlyMap<Case, Round[]>> {
  const rounds = new Map<Case, Round[]>(cases.map((one) => [one, []]));
  if (cases.length === 0) return rounds;
  const distance = cases.some(({ roundTrip }) => roundTrip > 0) ? await openDistance() : null;
  const world = await openWorld({ objectStore, ...distance?.sandboxOptions });
  try {
    const app = await world.launchSignedIn();
    await untilQuiet(app.treePids);
    for (let index = 0; index < count; index++) {
      for (const [one, done] of rounds) {
        const both = await measureRound({ world, app, distance }, one, index % 2 === 0);
        done.push(both);
        const [ours, theirs] = [round(both.app.seconds), round(both.rclone.seconds)];
        console.log(`round ${index + 1}, ${one.id}, ${one.load.title}: app ${ours} s, rclone ${theirs} s`);
      }
    }
  } finally {
    await world.close();
    await distance?.close();
  }
  return rounds;
}

function storeFrom(wanted: string | undefined): ObjectStore {
  const lack = cephLack();
  const store = wanted ?? (lack === undefined ? 'ceph' : 'sandbox');
  if (store !== 'ceph' && store !== 'sandbox') {
    refuse(`There is no store ${store}: say ceph or sandbox.`);
  }
  if (wanted === undefined && lack !== undefined) console.log(lack);
  console.log(store === 'ceph' ? 'To a real store: Ceph RADOS Gateway.' : "To the sandbox's own store.");
  return store;
}

async function main(): Promise<void> {
  const values = optionsOf({ json: undefined, rounds: '5', only: undefined, store: undefined });
  const { only } = values;
  const wanted = ({ id, roundTrip }: Case): boolean =>
    only === undefined ||
    only === id ||
    (roundTrip > 0 && (only === 'delay' || only === `delay${roundTrip}`));
  if (![...near, ...far].some(wanted)) {
    const names = [...near, ...far].map(({ id }) => id).join(', ');
    refuse(`There is no case ${only}. There are: ${names}; delay, delay50 and delay200 for several.`);
  }
  const count = countFrom(values.rounds);
  const store = storeFrom(values.store);
  const rounds = new Map<Case, Round[]>();
  for (const cases of [near, far]) {
    for (const [one, done] of await measureAll(cases.filter(wanted), count, store)) rounds.set(one, done);
  }
  for (const [one, done] of rounds) tell(one, done);
  report('upload', ratios(rounds), values.json);
}

await main();
