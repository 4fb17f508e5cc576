/**
 * How many requests with bytes may be under way at once: photos and parts of large files share them.
 *
 * [Note: Two lines] A video queues a hundred parts at once; in one line every photo would wait behind them. So photos
 * and parts have a line each, and take turns while both wait.
 */
import type { Lane } from '../queue/photo-queue.ts';

export interface Slots {
  /** Runs `work` when its turn has come. Rejects with the signal's reason when that aborts first. */
  use<T>(lane: Lane, signal: AbortSignal, work: () => Promise<T>): Promise<T>;
  /** How many there are from now on; what runs above that ends in its own time. */
  resize(count: number): void;
  /** Whether somebody waits for a slot. */
  full(): boolean;
}

export function createSlots(initial: number): Slots {
  const lines: Record<Lane, (() => void)[]> = { small: [], large: [] };
  let count = initial;
  let taken = 0;
  let last: Lane = 'large';

  const admit = (): void => {
    while (taken < count) {
      const other: Lane = last === 'small' ? 'large' : 'small';
      const lane = lines[other].length > 0 ? other : last;
      const turn = lines[lane].shift();
      if (turn === undefined) return;
      last = lane;
      taken++;
      turn();
    }
  };
  const enter = async (lane: Lane, signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const turn = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = (): void => {
        lines[lane].splice(lines[lane].indexOf(turn), 1);
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', leave, { once: true });
      lines[lane].push(turn);
      admit();
    });
  };
  return {
    use: async (lane, signal, work) => {
      await enter(lane, signal);
      try {
        return await work();
      } finally {
        taken--;
        admit();
      }
    },
    resize: (next) => {
      count = next;
      admit();
    },
    full: () => lines.small.length + lines.large.length > 0,
  };
}
