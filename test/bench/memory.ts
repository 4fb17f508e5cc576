/**
 * What the app takes of memory: all of it when idle with an empty queue, and its engine and window at 100,000 rows.
 *
 *   npm run bench -- memory [--json FILE] [--rounds 1] [--rows 100000]
 *
 * Resident memory (RSS) is what the process has, libraries that others have too included; proportional (PSS) splits
 * those, so that it may be summed. At 100,000 rows the figure is the peak from the drop on, until all are queued and
 * the list has been scrolled from end to end; hashing goes on meanwhile. MB are 10⁶ bytes.
 */
import { parseArgs } from 'node:util';
import type { RunningApp } from '../e2e/harness.ts';
import { commandOf } from '../e2e/processes.ts';
import { openWorld, type World } from '../e2e/world.ts';
import { timeDrop } from './lib/drop.ts';
import { makeSmallPhotos, settleFiles } from './lib/files.ts';
import { countFrom, metric, report } from './lib/report.ts';
import { proportionalMb, residentMb, untilQuiet, watchPeak } from './lib/usage.ts';

const smallBytes = 4_096;
const walked = '[data-testid=intake-report][data-running=false]';

interface Round {
  idlePss: number;
  engineRss: number;
  rendererRss: number;
}

async function measure(world: World, dir: string): Promise<Round> {
  const app = await world.launchSignedIn();
  await untilQuiet(app.treePids);
  const idlePss = proportionalMb(app.treePids());
  tell('idle, with an empty queue', app);
  // Nothing is to be sent: rows that wait are what fills the memory, if anything does.
  await world.sandbox.stopPart('backend');
  const engine = [app.enginePid() ?? 0];
  const renderer = app.treePids().filter((pid) => kindOf(pid) === 'renderer');
  const endOfWatches = [watchPeak(() => engine), watchPeak(() => renderer)];
  const drop = await timeDrop(app, [dir], [walked]);
  await drop.shown;
  await scrollThrough(app);
  tell('with all rows', app);
  const [engineRss = 0, rendererRss = 0] = endOfWatches.map((endOfWatch) => endOfWatch());
  const result = { idlePss, engineRss, rendererRss };
  await world.startOver();
  await world.sandbox.startPart('backend');
  return result;
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
  const { values } = parseArgs({
    options: {
      json: { type: 'string' },
      rounds: { type: 'string', default: '1' },
      rows: { type: 'string', default: '100000' },
    },
  });
  const [count, rows] = [countFrom(values.rounds), countFrom(values.rows)];
  const rounds: Round[] = [];
  const world = await openWorld();
  try {
    const dir = world.newDir('photos');
    await makeSmallPhotos(dir, rows, smallBytes);
    settleFiles(dir);
    while (rounds.length < count) rounds.push(await measure(world, dir));
  } finally {
    await world.close();
  }
  if (rows !== 100_000) console.log(`With ${rows} rows; 100,000 are the standard.`);
  const figure = (name: keyof Round): ReturnType<typeof metric> =>
    metric(
      rounds.map((one) => one[name]),
      'MB',
    );
  report(
    'memory',
    {
      'memory.engine_rss_mb_100k': figure('engineRss'),
      'memory.renderer_rss_mb_100k': figure('rendererRss'),
      'memory.total_pss_mb_idle': figure('idlePss'),
    },
    values.json,
  );
}

await main();
