/**
 * How long main's event loop keeps the window waiting while photos go up at full speed: `main.loop_p99_ms`.
 *
 *   npm run bench -- main-loop [--json FILE] [--photos 1000] [--bytes 200000] [--runs 3]
 */
import fs from 'node:fs';
import { makePhotos } from '../e2e/photos.ts';
import { untilDone } from '../e2e/window.ts';
import { openWorld, type World } from '../e2e/world.ts';
import { countFrom, optionsOf } from '../support/command-line.ts';
import { metric, report, round } from './lib/report.ts';

/** How often the loop is looked at. */
const resolutionMs = 5;
const uploadWithinMs = 10 * 60_000;

interface Run {
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
  seconds: number;
}

/** One upload of `count` photos by a freshly started app. */
async function measure(world: World, count: number, bytes: number): Promise<Run> {
  const dir = world.newDir('photos');
  await makePhotos(dir, count, { bytes });
  const app = await world.launchSignedIn();
  const { electron } = app;
  if (electron === null) throw new Error('Only the app from the source tree lets us into its main process.');
  const histogram = await electron.evaluateHandle((_electron, resolution) => {
    const delays = process.getBuiltinModule('node:perf_hooks').monitorEventLoopDelay({ resolution });
    delays.enable();
    return delays;
  }, resolutionMs);
  const from = performance.now();
  await app.dropPaths([dir]);
  await untilDone(app.page, count, uploadWithinMs);
  const seconds = (performance.now() - from) / 1000;
  const recorded = await histogram.evaluate((delays) => {
    delays.disable();
    return { p50: delays.percentile(50), p99: delays.percentile(99), max: delays.max };
  });
  await app.close();
  await world.startOver();
  fs.rmSync(dir, { recursive: true });
  // Node records the time from one look to the next, in nanoseconds; what exceeds the resolution is the delay.
  const delayMs = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - resolutionMs);
  return {
    p50Ms: delayMs(recorded.p50),
    p99Ms: delayMs(recorded.p99),
    maxMs: delayMs(recorded.max),
    seconds,
  };
}

async function main(): Promise<void> {
  const values = optionsOf({ json: undefined, photos: '1000', bytes: '200000', runs: '3' });
  const [times, photos, bytes] = [countFrom(values.runs), countFrom(values.photos), countFrom(values.bytes)];
  const world = await openWorld();
  const runs: Run[] = [];
  try {
    while (runs.length < times) {
      runs.push(await measure(world, photos, bytes));
    }
  } finally {
    await world.close();
  }
  console.log(`main's event-loop delay while ${values.photos} photos of ${values.bytes} bytes go up`);
  console.table(
    runs.map((run) => ({
      'p50 ms': round(run.p50Ms),
      'p99 ms': round(run.p99Ms),
      'max ms': round(run.maxMs),
      seconds: round(run.seconds),
      'photos/s': round(Number(values.photos) / run.seconds),
    })),
  );
  const p99 = metric(
    runs.map((run) => run.p99Ms),
    'ms',
  );
  report('main-loop', { 'main.loop_p99_ms': p99 }, values.json);
}

await main();
