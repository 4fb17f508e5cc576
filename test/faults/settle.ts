/** From when all is well again until no row has anything left to do. */
import { setTimeout as pause } from 'node:timers/promises';
import type { PhotoRow } from '../../preload/contract/model.ts';
import { ask } from '../e2e/window.ts';
import type { Album } from './album.ts';
import type { Arena } from './arena.ts';
import { look, pathOf, tryAgain, wakeUp, type View } from './person.ts';
import { isReasonOfFile } from './reconcile.ts';
import type { Stage } from './stage.ts';

export interface Settled {
  /** How often the person had to help. */
  helped: number;
  findings: string[];
}

const settleWithinMs = 60_000;
const lookEveryMs = 150;
/** A person sees nothing move for so long before they help. */
const patienceMs = 2_000;
const namedAtMost = 5;

/**
 * Waits until the queue is settled, helping as a person at the window would: waits of minutes are not what is tested.
 *
 * @returns how often that was, and what was still to do, and why, when time was over.
 */
export async function settle(arena: Arena, stage: Stage, album: Album): Promise<Settled> {
  const deadline = Date.now() + settleWithinMs;
  let last: View | null = null;
  let progress = '';
  let movedAt = Date.now();
  let helped = 0;
  for (;;) {
    const view = await look(stage.app);
    if (view !== null && isSettled(view, album)) return { helped, findings: [] };
    if (Date.now() > deadline) return { helped, findings: [notSettled(view ?? last, album)] };
    last = view ?? last;
    const now = view === null ? progress : progressOf(view);
    if (now !== progress) movedAt = Date.now();
    progress = now;
    if (Date.now() - movedAt > patienceMs) {
      helped++;
      await help(arena, stage, view, album);
      movedAt = Date.now();
    }
    await pause(lookEveryMs);
  }
}

async function help(arena: Arena, stage: Stage, view: View | null, album: Album): Promise<void> {
  const status = await ask(stage.app.page, 'engine.status').catch(() => null);
  if (status?.kind === 'failed') return stage.restart();
  if (view === null) return;
  switch (view.summary.paused) {
    case 'signedOut':
      return arena.signInAgain(stage.app);
    case 'user':
      await ask(stage.app.page, 'queue.resume');
      return;
    case 'offline':
    case 'outage':
    case 'captivePortal':
    case 'certificate':
    case 'proxy':
    case 'proxyAuth':
    case 'suspended':
    case 'battery':
    case null:
      if (view.summary.paused !== null || view.summary.active.count > 0) await wakeUp(stage.app);
      await tryAgain(stage.app, view, stuck(view, album));
  }
}

function isSettled(view: View, album: Album): boolean {
  const { intake, waiting, active, all } = view.summary;
  const working = intake?.running === true || waiting.count + active.count > 0;
  return !working && all.count > 0 && stuck(view, album).length === 0;
}

/** Rows that need a person although nothing is wrong with their file. */
function stuck({ rows }: View, album: Album): PhotoRow[] {
  return rows.filter(
    (row) =>
      row.state.kind === 'blocked' && !isReasonOfFile(row.state.reason, album.now(pathOf(row))?.size ?? null),
  );
}

function progressOf({ summary, rows }: View): string {
  return JSON.stringify([
    summary.done.count,
    summary.intake,
    rows.reduce((sum, row) => sum + row.bytesSent, 0),
  ]);
}

function notSettled(view: View | null, album: Album): string {
  const time = `not settled after ${settleWithinMs / 1000} s`;
  if (view === null) return `${time}: nobody answers`;
  const left = view.rows
    .filter(({ state }) => state.kind === 'waiting' || state.kind === 'active')
    .concat(stuck(view, album));
  const named = left.slice(0, namedAtMost).map((row) => {
    const { kind, ...rest } = row.state;
    return `${row.fileName} ${kind} ${JSON.stringify(rest)} ${row.lastError ?? ''}`.trim();
  });
  return `${time} (paused: ${view.summary.paused}): ${left.length} rows: ${named.join('; ')}`;
}
