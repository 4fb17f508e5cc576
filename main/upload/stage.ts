/** One step of the pipeline: claims rows when there is room, runs them, and sleeps until the next is due. */
import type { Clock } from '../lib/clock.ts';

export interface StageDeps<Item> {
  /** How many more rows could be worked on now. */
  room: () => number;
  /** Rows whose turn has come, at most `limit`, already marked as taken. */
  claim: (limit: number) => Item[];
  /** Does the work on one group of rows and records its outcome. */
  run: (items: Item[]) => Promise<void>;
  /** Whether what was claimed together is one group, or each row its own. */
  together: boolean;
  /** When the next row is due: Unix milliseconds, 0 = now, null = none. */
  nextDueAt: () => number | null;
  /** false = claim nothing (paused). */
  mayRun: () => boolean;
  /** Waits that long after a wake-up before it claims, so that a batch can gather; the shortest since then counts. */
  lingerMs: () => number;
  /** Rows could not be claimed, or an outcome not be recorded. What it throws ends the process. */
  onFailure: (error: unknown) => void;
  clock: Clock;
}

export interface Stage {
  /** Something may have become ready, or room, or permission. */
  wake(): void;
  /** Claims nothing more; resolves when what runs has ended. */
  stop(): Promise<void>;
}

/** A longer timer would fire at once (Node keeps its length in 31 bits), and one that knows of no changed clock is no use. */
const longestTimerMs = 60 * 60_000;

export function createStage<Item>(deps: StageDeps<Item>): Stage {
  const running = new Set<Promise<void>>();
  let stopped = false;
  let lingering: { until: number; callOff: () => void } | null = null;
  let timer: (() => void) | null = null;

  const pump = (): void => {
    try {
      claimAndRun();
    } catch (error) {
      deps.onFailure(error);
    }
  };
  const claimAndRun = (): void => {
    lingering = null;
    timer?.();
    timer = null;
    if (stopped || !deps.mayRun()) return;
    for (let room = deps.room(); room > 0; room = deps.room()) {
      const items = deps.claim(room);
      if (items.length === 0) break;
      for (const group of deps.together ? [items] : items.map((item) => [item])) begin(group);
    }
    if (deps.room() <= 0) return;
    const dueAt = deps.nextDueAt();
    if (dueAt !== null)
      timer = deps.clock.after(Math.min(longestTimerMs, Math.max(1, dueAt - deps.clock.now())), wake);
  };
  const begin = (items: Item[]): void => {
    const work = deps
      .run(items)
      .catch(deps.onFailure)
      .finally(() => {
        running.delete(work);
        // Most ends leave no room yet: then there is nothing to ask the queue for.
        if (deps.room() > 0) wake();
      });
    running.add(work);
  };
  const wake = (): void => {
    if (stopped) return;
    const lingerMs = deps.lingerMs();
    const until = deps.clock.now() + lingerMs;
    if (lingering !== null && lingering.until <= until) return;
    lingering?.callOff();
    lingering = { until, callOff: deps.clock.after(lingerMs, pump) };
  };
  return {
    wake,
    stop: async () => {
      stopped = true;
      lingering?.callOff();
      timer?.();
      await Promise.all(running);
    },
  };
}
