/**
 * How long the window takes to its first rows, and whether that grows with the queue.
 *
 *   npm run bench -- startup [--json FILE] [--rounds 5] [--rows 100000]
 *
 * `startup.rows_ratio_100k`: from the start of the app, by a person who is signed in, to the first rows on the screen,
 * with a queue of 100,000 rows over one of 10. They take turns in going first, and the medians are compared.
 */
import type { Page } from 'playwright-core';
import { sandboxUsers } from '../../sandbox/start.ts';
import { openWorld, type World } from '../e2e/world.ts';
import { countFrom, optionsOf } from '../support/command-line.ts';
import { fillQueue } from './lib/filled-queue.ts';
import { metric, report, round } from './lib/report.ts';
import { untilQuiet } from './lib/usage.ts';

const few = 10;

/** A user-data folder with a queue and a session. */
async function prepare(world: World, rows: number): Promise<string> {
  const userDataDir = world.newDir('user-data');
  await fillQueue(userDataDir, sandboxUsers.demo.sub, rows);
  const app = await world.launchSignedIn({ userDataDir });
  await firstRows(app.page);
  await untilQuiet(app.treePids);
  await app.close();
  // The next one signs in by the form again.
  await world.browser.startOver();
  return userDataDir;
}

async function measure(world: World, userDataDir: string): Promise<number> {
  const from = Date.now();
  const app = await world.launch({ userDataDir });
  const ms = (await firstRows(app.page)) - from;
  await untilQuiet(app.treePids);
  await app.close();
  return ms;
}

/** When a row had been painted, Unix milliseconds; by the page, for a driver has delays of its own. */
async function firstRows(page: Page): Promise<number> {
  // What tsx compiles names its inner functions by this helper, which the page does not have.
  await page.evaluate('globalThis.__name = (named) => named');
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        requestAnimationFrame(function look() {
          if (document.querySelector('[data-testid^="row-"]') === null) requestAnimationFrame(look);
          // The frame in which it is there is painted when the next one begins.
          else requestAnimationFrame(() => resolve(Date.now()));
        });
      }),
  );
}

async function main(): Promise<void> {
  const values = optionsOf({ json: undefined, rounds: '5', rows: '100000' });
  const [many, rounds] = [countFrom(values.rows), countFrom(values.rounds)];
  const world = await openWorld();
  const [fewMs, manyMs]: [number[], number[]] = [[], []];
  try {
    const [withFew, withMany] = [await prepare(world, few), await prepare(world, many)];
    for (let index = 0; index < rounds; index++) {
      const turns = [
        async () => fewMs.push(await measure(world, withFew)),
        async () => manyMs.push(await measure(world, withMany)),
      ];
      for (const turn of index % 2 === 0 ? turns : turns.reverse()) await turn();
      console.log(`${few} rows ${fewMs.at(-1)} ms, ${many} rows ${manyMs.at(-1)} ms`);
    }
  } finally {
    await world.close();
  }
  if (many !== 100_000) console.log(`With ${many} rows; 100,000 are the standard.`);
  const [short, long] = [metric(fewMs, 'ms'), metric(manyMs, 'ms')];
  report(
    'startup',
    {
      'startup.few_rows_ms': short,
      'startup.many_rows_ms': long,
      'startup.rows_ratio_100k': {
        value: round(long.value / short.value),
        unit: 'ratio',
        median_of: rounds,
        min: round(long.min / short.min),
        max: round(long.max / short.max),
      },
    },
    values.json,
  );
}

await main();
