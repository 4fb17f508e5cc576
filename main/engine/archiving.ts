/** Moves photos that are long done to the history, while nothing else is to be done: see [Note: Out of the way]. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../lib/clock.ts';
import type { PhotoQueue } from '../queue/photo-queue.ts';

export interface Archiving {
  /** Moves everything that is done and known to be sound or not. Returns how many. */
  now(owner: string): Promise<number>;
  /** Something has happened: what is to be moved by itself waits for the next rest. */
  poke(): void;
  stop(): void;
}

export interface ArchivingDeps {
  queue: Pick<PhotoQueue, 'archive'>;
  clock: Clock;
  /** Whose queue is at rest; null while it is not, or nobody is at the window. */
  resting: () => string | null;
  /** Rows are no longer in the queue; more may follow. */
  onMoved: () => void;
  /** No more follow. */
  onDone: () => void;
  /** The database could not be written. */
  onFailure: (error: unknown) => void;
}

const day = 24 * 60 * 60_000;
/** What has been done for that long is looked at no more. */
export const keptMs = 30 * day;
/** How long a rest must have lasted. */
const restMs = 60_000;

export function createArchiving({
  queue,
  clock,
  resting,
  onMoved,
  onDone,
  onFailure,
}: ArchivingDeps): Archiving {
  let callOff: (() => void) | null = null;
  let lastAt = -Infinity;
  let stopped = false;

  const move = async (owner: string, before: number, goesOn: () => boolean): Promise<number> => {
    let moved = 0;
    for (let after: number | null = 0; after !== null && !stopped && goesOn();) {
      const step = queue.archive.move(owner, after, before);
      moved += step.moved;
      after = step.next;
      if (step.moved > 0) onMoved();
      await nextTurn();
    }
    if (moved > 0) onDone();
    return moved;
  };
  const moveOld = async (): Promise<void> => {
    const owner = resting();
    // Whoever ends the work pokes again.
    if (owner === null) return;
    lastAt = clock.now();
    await move(owner, clock.now() - keptMs, () => resting() === owner);
  };
  return {
    now: (owner) => move(owner, clock.now(), () => true),
    poke: () => {
      if (stopped || callOff !== null || clock.now() - lastAt < day) return;
      callOff = clock.after(restMs, () => {
        callOff = null;
        moveOld().catch(onFailure);
      });
    },
    stop: () => {
      stopped = true;
      callOff?.();
    },
  };
}
