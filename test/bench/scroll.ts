/**
 * The window at 100,000 rows, in the real app: whether it keeps up with a person who scrolls and who searches.
 *
 *   npm run bench -- scroll [--json FILE] [--rounds 3] [--rows 100000]
 *
 * `scroll.dropped_pct`: the list is moved from the first row to the last in ten seconds, a step in each frame; of the
 * frames that the screen would have shown in that time (by its own rhythm while nothing moves), those that did not
 * come, in per cent. Beside it the share of frames in which a row on screen was still without its photo.
 *
 * `search.p95_ms`: words are typed letter by letter, each once the one before is answered; from the letter to the
 * frame that shows its rows, of all letters the 95th percentile.
 *
 * The queue is half done and half waiting; nothing is uploaded meanwhile.
 */
import fs from 'node:fs';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { sandboxUsers } from '../../sandbox/start.ts';
import { openWorld, type World } from '../e2e/world.ts';
import { fillQueue } from './lib/filled-queue.ts';
import { countFrom, metric, report, round } from './lib/report.ts';
import { untilQuiet } from './lib/usage.ts';

const scrollMs = 10_000;
const words = ['img_00', 'dcim7/', 'archive 99', 'nowhere', '0012345', 'media img 4'];

interface Round {
  droppedPct: number;
  blankPct: number;
  letterMs: number[];
}

async function measure(world: World, rows: number): Promise<Round> {
  const userDataDir = world.newDir('user-data');
  await fillQueue(userDataDir, sandboxUsers.demo.sub, rows);
  const app = await world.launchSignedIn({ userDataDir });
  await app.page.locator('[data-testid^="row-"]').first().waitFor();
  await untilQuiet(app.treePids);
  // What tsx compiles names its inner functions by this helper, which the page does not have.
  await app.page.evaluate('globalThis.__name = (named) => named');
  const { droppedPct, blankPct } = await scrollThrough(app.page);
  const letterMs: number[] = [];
  for (const word of words) letterMs.push(...(await typeWord(app.page, word)));
  await world.startOver();
  fs.rmSync(userDataDir, { recursive: true });
  return { droppedPct, blankPct, letterMs };
}

/** Runs in the page: frames are counted where they are drawn. */
function scrollThrough(page: Page): Promise<{ droppedPct: number; blankPct: number }> {
  return page.evaluate(async (duration) => {
    const list = document.querySelector('.list');
    if (list === null) throw new Error('There is no list.');
    const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));
    const gaps: number[] = [];
    for (let last = await frame(); gaps.length < 60;) {
      const now = await frame();
      gaps.push(now - last);
      last = now;
    }
    const rhythm = gaps.sort((a, b) => a - b)[30] ?? 0;
    const bottom = list.scrollHeight - list.clientHeight;
    const start = await frame();
    let [frames, blank, now] = [0, 0, start];
    while (now < start + duration) {
      list.scrollTop = bottom * ((now - start) / duration);
      now = await frame();
      frames += 1;
      const edge = list.getBoundingClientRect();
      const waits = [...list.querySelectorAll('[aria-busy="true"]')].some((row) => {
        const { top, bottom: end } = row.getBoundingClientRect();
        return end > edge.top && top < edge.bottom;
      });
      if (waits) blank += 1;
    }
    const expected = (now - start) / rhythm;
    return {
      droppedPct: Math.max(0, (1 - frames / expected) * 100),
      blankPct: (blank / frames) * 100,
    };
  }, scrollMs);
}

/** Types a word; resolves to what each letter took, in milliseconds. */
async function typeWord(page: Page, word: string): Promise<number[]> {
  const times: number[] = [];
  await page.getByTestId('search').fill('');
  await page.locator('.list[aria-busy="false"]').waitFor();
  for (let length = 1; length <= word.length; length += 1) {
    const ms = await page.evaluate(
      (text) => {
        const input = document.querySelector<HTMLInputElement>('[data-testid=search]');
        if (input === null) throw new Error('There is no search.');
        const settled = (): boolean =>
          input.value === text && document.querySelector('.list[aria-busy="false"], .list-empty') !== null;
        return new Promise<number>((resolve) => {
          const from = performance.now();
          // React hears of a value only through the setter of the element's own class.
          Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, text);
          input.dispatchEvent(new Event('input', { bubbles: true }));
          const look = (): void => {
            if (settled()) {
              observer.disconnect();
              requestAnimationFrame(() => {
                resolve(performance.now() - from);
              });
            }
          };
          const observer = new MutationObserver(look);
          observer.observe(document.body, { subtree: true, childList: true, attributes: true });
          // The first look is after React has marked the list as busy with this letter.
          setTimeout(look);
        });
      },
      word.slice(0, length),
    );
    times.push(ms);
  }
  return times;
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      json: { type: 'string' },
      rounds: { type: 'string', default: '3' },
      rows: { type: 'string', default: '100000' },
    },
  });
  const [rows, count] = [countFrom(values.rows), countFrom(values.rounds)];
  const world = await openWorld();
  const rounds: Round[] = [];
  try {
    while (rounds.length < count) {
      const measured = await measure(world, rows);
      rounds.push(measured);
      console.log(
        `dropped ${round(measured.droppedPct)} %, with rows still missing ${round(measured.blankPct)} %, ` +
          `a letter ${round(percentile(measured.letterMs, 0.5))} ms, 95 % below ${round(percentile(measured.letterMs, 0.95))} ms`,
      );
    }
  } finally {
    await world.close();
  }
  if (rows !== 100_000) console.log(`With ${rows} rows; 100,000 are the standard.`);
  report(
    'scroll',
    {
      'scroll.dropped_pct': metric(
        rounds.map(({ droppedPct }) => droppedPct),
        '%',
      ),
      'search.p95_ms': metric(
        rounds.map(({ letterMs }) => percentile(letterMs, 0.95)),
        'ms',
      ),
    },
    values.json,
  );
}

await main();
