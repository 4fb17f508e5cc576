/** The person at the window: what they see of their queue, and what they do when it does not get on by itself. */
import path from 'node:path';
import type { PhotoRow, Summary } from '../../preload/contract/model.ts';
import type { RunningApp } from '../e2e/harness.ts';
import { allRows, ask, summaryOf } from '../e2e/window.ts';

export interface View {
  summary: Summary;
  rows: PhotoRow[];
}

/** The queue as the window has it; null while there is nobody to ask, as between an engine's death and its return. */
export async function look(app: RunningApp, withinMs = 2_000): Promise<View | null> {
  const asked = async (): Promise<View> => {
    const rows = await allRows(app.page);
    return { rows, summary: await summaryOf(app.page) };
  };
  const tooLate = new Promise<null>((resolve) => setTimeout(resolve, withinMs, null).unref());
  return Promise.race([asked().catch(() => null), tooLate]);
}

export function pathOf({ folder, fileName }: PhotoRow): string {
  return path.join(folder, fileName);
}

/**
 * "Try again" on every row that waits for its time, and on those that need a person. Returns how many that were.
 *
 * @param needing of the rows that need a person, those that this one would try again.
 */
export async function tryAgain(
  app: RunningApp,
  { rows }: View,
  needing: readonly PhotoRow[],
): Promise<number> {
  const soon = Date.now() + 500;
  const ids = rows
    .filter(({ state }) => state.kind === 'waiting' && state.nextTryAt !== null && state.nextTryAt > soon)
    .concat(needing)
    .map(({ id }) => id);
  if (ids.length > 0) await ask(app.page, 'queue.retry', ids).catch(() => undefined);
  return ids.length;
}

/** Closes the lid for a moment and opens it: the app asks where it is at once, and drops what hangs. */
export async function wakeUp(app: RunningApp): Promise<void> {
  await app.electron
    ?.evaluate(({ powerMonitor }) => {
      powerMonitor.emit('suspend');
      powerMonitor.emit('resume');
    })
    .catch(() => undefined);
}
