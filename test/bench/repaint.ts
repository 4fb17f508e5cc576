/**
 * What it costs to show an upload: CPU seconds of main, the window's page and Chromium's drawing process, while
 * photos go up for as long as a speed limit makes them take.
 *
 *   npm run bench -- repaint [--json FILE] [--photos 200] [--bytes 250000] [--rounds 1]
 *
 * `repaint.seen_cpu_s`: with the window in sight; `repaint.hidden_cpu_s`: with the window hidden, in turn with it.
 * The engine's own CPU seconds are none of it.
 */
import fs from 'node:fs';
import type { RunningApp } from '../e2e/harness.ts';
import { makePhotos } from '../e2e/photos.ts';
import { commandOf } from '../e2e/processes.ts';
import { until } from '../e2e/until.ts';
import { ask, summaryOf } from '../e2e/window.ts';
import { openWorld, type World } from '../e2e/world.ts';
import { countFrom, optionsOf } from '../support/command-line.ts';
import { metric, report, round } from './lib/report.ts';
import { cpuSeconds } from './lib/usage.ts';

const bytesPerSecond = 2_500_000;
const withinMs = 5 * 60_000;
const parts = ['main', 'page', 'drawing'] as const;
type Part = (typeof parts)[number];

/** Which part a process is; the engine and the network's are none. */
function partOf(app: RunningApp, pid: number): Part | null {
  if (pid === app.mainPid) return 'main';
  const command = commandOf(pid);
  if (command.includes('--type=renderer')) return 'page';
  return command.includes('--type=gpu-process') ? 'drawing' : null;
}

function costs(app: RunningApp): Record<Part, number> {
  const used = { main: 0, page: 0, drawing: 0 };
  for (const pid of app.treePids()) {
    const part = partOf(app, pid);
    // Main's ended children are other processes' doing, and there are none of them meanwhile.
    if (part !== null) used[part] += cpuSeconds([pid]);
  }
  return used;
}

async function measure(
  world: World,
  { photos, bytes, hidden }: { photos: number; bytes: number; hidden: boolean },
): Promise<Record<Part, number>> {
  const dir = world.newDir('photos');
  await makePhotos(dir, photos, { bytes });
  const app = await world.launchSignedIn();
  await ask(app.page, 'queue.pause');
  await ask(app.page, 'settings.change', { bytesPerSecond });
  await app.dropPaths([dir]);
  await until('all are queued', async () => (await summaryOf(app.page)).all.count === photos, withinMs);
  if (hidden) await app.electron?.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
  const before = costs(app);
  const from = performance.now();
  await ask(app.page, 'queue.resume');
  await until(
    'all are done',
    async () => {
      // Asking costs something too, so seldom.
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      return (await summaryOf(app.page)).done.count === photos;
    },
    withinMs,
  );
  const after = costs(app);
  const seconds = (performance.now() - from) / 1000;
  await world.startOver();
  fs.rmSync(dir, { recursive: true });
  const used = Object.fromEntries(parts.map((part) => [part, after[part] - before[part]])) as Record<
    Part,
    number
  >;
  console.log(
    `${hidden ? 'hidden' : 'seen'}: main ${round(used.main)} s, page ${round(used.page)} s, ` +
      `drawing ${round(used.drawing)} s of CPU in ${round(seconds)} s`,
  );
  return used;
}

async function main(): Promise<void> {
  const values = optionsOf({ json: undefined, photos: '200', bytes: '250000', rounds: '1' });
  const what = { photos: countFrom(values.photos), bytes: countFrom(values.bytes) };
  const world = await openWorld();
  const sums: Record<'seen' | 'hidden', number[]> = { seen: [], hidden: [] };
  try {
    while (sums.seen.length < countFrom(values.rounds)) {
      for (const how of ['seen', 'hidden'] as const) {
        const used = await measure(world, { ...what, hidden: how === 'hidden' });
        sums[how].push(used.main + used.page + used.drawing);
      }
    }
  } finally {
    await world.close();
  }
  report(
    'repaint',
    { 'repaint.seen_cpu_s': metric(sums.seen, 's'), 'repaint.hidden_cpu_s': metric(sums.hidden, 's') },
    values.json,
  );
}

await main();
