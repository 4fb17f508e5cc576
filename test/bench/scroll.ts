/**
 * The window at 100,000 rows, in the real app: whether it keeps up with a person who scrolls and who searches.
 *
 *   npm run bench -- scroll [--json FILE] [--rounds 3] [--rows 100000]
 *
 * Three movements: `through` from the first row to the last in ten seconds, as with the scroll bar; `wheel`, 3,000 px/s
 * for five seconds; `fling`, 20,000 px/s for five seconds. The last two are wheel events, which Chromium's compositor
 * turns into scrolling before the page hears of it. Each is done on the list and, in turn with it, on an empty scroller
 * of the same size that takes the list's place in the same window: what that drops is this machine's doing.
 *
 * Counted by the page (`scroll.dropped_pct` for `through`, `scroll.wheel_…`, `scroll.fling_…`): of the frames that the
 * screen would have shown in the time, by its own rhythm while nothing moves, those that the page did not draw, in per
 * cent. And by Chromium (`…presented_pct`): of the frames that its compositor had something for, those that came in
 * full. `…baseline_dropped_pct` is the empty scroller's. `scroll.blank_pct` is the share of the wheel's frames in which
 * a row on screen was still without its photo.
 *
 * `scroll.page_rss_mb`: resident memory of the page's process after all of it.
 *
 * `search.p95_ms`: words are typed letter by letter, each once the one before is answered; from the letter to the
 * frame that shows its rows, of all letters the 95th percentile.
 *
 * The queue is half done and half waiting; nothing is uploaded meanwhile.
 */
import fs from 'node:fs';
import type { Page } from 'playwright-core';
import { sandboxUsers } from '../../sandbox/start.ts';
import type { RunningApp } from '../e2e/harness.ts';
import { commandOf } from '../e2e/processes.ts';
import { openWorld, type World } from '../e2e/world.ts';
import { countFrom, optionsOf } from '../support/command-line.ts';
import { fillQueue } from './lib/filled-queue.ts';
import { metric, report, round, type Metric } from './lib/report.ts';
import { cpuSeconds, residentMb, untilQuiet } from './lib/usage.ts';

const words = ['img_00', 'dcim7/', 'archive 99', 'nowhere', '0012345', 'media img 4'];
const movements = ['through', 'wheel', 'fling'] as const;
type Movement = (typeof movements)[number];
const throughMs = 10_000;
const gestureMs = 5_000;
const speeds = { wheel: 3_000, fling: 20_000 } as const;

interface Frames {
  /** Of those that the screen would have shown, per cent. */
  droppedPct: number;
  /** Of those that the compositor had something for, per cent. */
  presentedPct: number;
  blankPct: number;
  cpuSeconds: number;
}
interface Round {
  list: Record<Movement, Frames>;
  empty: Record<Movement, Frames>;
  letterMs: number[];
  /** Resident memory of the page's process after all that scrolling, MB. */
  pageMb: number;
}

async function measure(world: World, rows: number): Promise<Round> {
  const userDataDir = world.newDir('user-data');
  await fillQueue(userDataDir, sandboxUsers.demo.sub, rows);
  const app = await world.launchSignedIn({ userDataDir });
  await app.page.locator('[data-testid^="row-"]').first().waitFor();
  await untilQuiet(app.treePids);
  // What tsx compiles names its inner functions by this helper, which the page does not have.
  await app.page.evaluate('globalThis.__name = (named) => named');
  const frames = { list: {}, empty: {} } as Pick<Round, 'list' | 'empty'>;
  for (const movement of movements) {
    for (const what of ['empty', 'list'] as const) {
      const height = await app.page.evaluate(() => document.querySelector('.list-rows')?.clientHeight ?? 0);
      if (what === 'empty') await app.page.evaluate(putEmptyScroller, height);
      frames[what][movement] = await watchFrames(
        app,
        what === 'empty' ? '#empty-scroller' : '.list',
        movement,
      );
      if (what === 'empty') await app.page.evaluate(takeEmptyScroller);
      await app.page.locator('.list').evaluate((list) => list.scrollTo({ top: 0 }));
    }
  }
  const pageMb = residentMb(app.treePids().filter((pid) => commandOf(pid).includes('--type=renderer')));
  const letterMs: number[] = [];
  for (const word of words) letterMs.push(...(await typeWord(app.page, word)));
  await world.startOver();
  fs.rmSync(userDataDir, { recursive: true });
  return { ...frames, letterMs, pageMb };
}

/** In the page: an empty scroller where the list is, and the list away. */
function putEmptyScroller(height: number): void {
  const list = document.querySelector<HTMLElement>('.list');
  if (list === null) throw new Error('There is no list.');
  const scroller = document.createElement('div');
  scroller.id = 'empty-scroller';
  scroller.style.cssText = 'flex: 1; min-height: 0; overflow-y: auto; background: Canvas';
  const content = document.createElement('div');
  content.style.height = `${height}px`;
  scroller.append(content);
  list.before(scroller);
  list.style.display = 'none';
}

function takeEmptyScroller(): void {
  document.querySelector('#empty-scroller')?.remove();
  const list = document.querySelector<HTMLElement>('.list');
  if (list !== null) list.style.display = '';
}

/** Scrolls, and counts what the page draws and what Chromium shows of it. */
async function watchFrames(app: RunningApp, selector: string, movement: Movement): Promise<Frames> {
  const { page, electron } = app;
  if (electron === null) throw new Error('Only an app from the tree can be traced.');
  const rhythm = await page.evaluate(rhythmOf);
  await electron.evaluate(({ contentTracing }) =>
    contentTracing.startRecording({ included_categories: ['cc', 'benchmark', 'viz'] }),
  );
  const before = cpuSeconds(app.treePids());
  const counting = page.evaluate(countFrames, {
    selector,
    ms: movement === 'through' ? throughMs : gestureMs,
    drags: movement === 'through',
  });
  if (movement !== 'through') {
    const { x, y, width, height } = (await page.locator(selector).boundingBox()) ?? {
      x: 0,
      y: 0,
      width: 0,
      height: 0,
    };
    const devTools = await page.context().newCDPSession(page);
    await devTools.send('Input.synthesizeScrollGesture', {
      x: x + width / 2,
      y: y + height / 2,
      yDistance: -((speeds[movement] * gestureMs) / 1000),
      speed: speeds[movement],
      gestureSourceType: 'mouse',
    });
    await devTools.detach();
  }
  const { frames, blank, ms } = await counting;
  const used = cpuSeconds(app.treePids()) - before;
  const file = await electron.evaluate(({ contentTracing }) => contentTracing.stopRecording());
  const { presented, dropped } = compositorFrames(file);
  fs.rmSync(file);
  return {
    droppedPct: Math.max(0, (1 - frames / (ms / rhythm)) * 100),
    presentedPct: (presented / Math.max(1, presented + dropped)) * 100,
    blankPct: (blank / Math.max(1, frames)) * 100,
    cpuSeconds: used,
  };
}

/** In the page: how far frames are apart while nothing moves, milliseconds. */
async function rhythmOf(): Promise<number> {
  const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));
  const gaps: number[] = [];
  for (let last = await frame(); gaps.length < 60;) {
    const now = await frame();
    gaps.push(now - last);
    last = now;
  }
  return gaps.sort((a, b) => a - b)[30] ?? 0;
}

/** In the page: frames are counted where they are drawn, from the first one that has moved on. */
async function countFrames({
  selector,
  ms,
  drags,
}: {
  selector: string;
  ms: number;
  /** Moves the list itself; otherwise somebody else does. */
  drags: boolean;
}): Promise<{ frames: number; blank: number; ms: number }> {
  const list = document.querySelector(selector);
  if (list === null) throw new Error('There is no list.');
  const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));
  const bottom = list.scrollHeight - list.clientHeight;
  let start = await frame();
  while (!drags && list.scrollTop === 0) start = await frame();
  let [frames, blank, now] = [0, 0, start];
  while (now < start + ms && (drags || list.scrollTop < bottom)) {
    if (drags) list.scrollTop = bottom * ((now - start) / ms);
    now = await frame();
    frames += 1;
    const edge = list.getBoundingClientRect();
    const waits = [...list.querySelectorAll('.list-blank')].some((row) => {
      const { top, bottom: end } = row.getBoundingClientRect();
      return end > edge.top && top < edge.bottom;
    });
    if (waits || 'flies' in (list as HTMLElement).dataset) blank += 1;
  }
  return { frames, blank, ms: now - start };
}

interface TraceEvent {
  name: string;
  ph: string;
  args: { chrome_frame_reporter?: { state?: string } };
}

/** What became of the compositor's frames: PipelineReporter, one for each of them (cc/metrics). */
function compositorFrames(file: string): { presented: number; dropped: number } {
  const { traceEvents } = JSON.parse(fs.readFileSync(file, 'utf8')) as { traceEvents: TraceEvent[] };
  const states = traceEvents
    .filter(({ name, ph }) => name === 'PipelineReporter' && ph === 'b')
    .map(({ args }) => args.chrome_frame_reporter?.state);
  return {
    presented: states.filter((state) => state === 'STATE_PRESENTED_ALL').length,
    dropped: states.filter((state) => state === 'STATE_DROPPED').length,
  };
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
  const values = optionsOf({ json: undefined, rounds: '3', rows: '100000' });
  const [rows, count] = [countFrom(values.rows), countFrom(values.rounds)];
  const world = await openWorld();
  const rounds: Round[] = [];
  try {
    while (rounds.length < count) {
      const measured = await measure(world, rows);
      rounds.push(measured);
      for (const movement of movements) {
        for (const what of ['empty', 'list'] as const) {
          const { droppedPct, presentedPct, blankPct, cpuSeconds: used } = measured[what][movement];
          console.log(
            `${movement}, ${what}: dropped ${round(droppedPct)} %, presented ${round(presentedPct)} %, ` +
              `without photos ${round(blankPct)} %, ${round(used)} s of CPU`,
          );
        }
      }
      console.log(
        `a letter ${round(percentile(measured.letterMs, 0.5))} ms, 95 % below ${round(percentile(measured.letterMs, 0.95))} ms`,
      );
    }
  } finally {
    await world.close();
  }
  if (rows !== 100_000) console.log(`With ${rows} rows; 100,000 are the standard.`);
  const of = (read: (round: Round) => number, unit: Metric['unit']): Metric => metric(rounds.map(read), unit);
  report(
    'scroll',
    {
      'scroll.dropped_pct': of(({ list }) => list.through.droppedPct, '%'),
      'scroll.baseline_dropped_pct': of(({ empty }) => empty.through.droppedPct, '%'),
      'scroll.presented_pct': of(({ list }) => list.through.presentedPct, '%'),
      'scroll.wheel_dropped_pct': of(({ list }) => list.wheel.droppedPct, '%'),
      'scroll.wheel_baseline_dropped_pct': of(({ empty }) => empty.wheel.droppedPct, '%'),
      'scroll.fling_dropped_pct': of(({ list }) => list.fling.droppedPct, '%'),
      'scroll.fling_baseline_dropped_pct': of(({ empty }) => empty.fling.droppedPct, '%'),
      'scroll.blank_pct': of(({ list }) => list.wheel.blankPct, '%'),
      'scroll.page_rss_mb': of(({ pageMb }) => pageMb, 'MB'),
      'search.p95_ms': of(({ letterMs }) => percentile(letterMs, 0.95), 'ms'),
    },
    values.json,
  );
}

await main();
