/**
 * Gathers the outcomes of steps and writes them together.
 *
 * A transaction for each outcome costs more than the outcome itself. What is not written yet when the process dies is
 * done once more, and every step can be done twice (see [Note: Steps are what is left to do]).
 */
import type { Step } from '../../preload/contract/model.ts';
import type { Clock } from '../lib/clock.ts';
import type { Photo, PhotoQueue } from '../queue/photo-queue.ts';
import type { Move } from './steps.ts';

const gatherMs = 25;
const fullAt = 64;

/** An outcome, and of which step. */
export interface Outcome extends Move {
  step: Step;
}

export interface Outbox {
  add(step: Step, moves: readonly Move[]): void;
  /** Writes what has gathered. @throws what the queue throws; then nothing of it is written. */
  flush(): void;
}

export interface OutboxDeps {
  queue: Pick<PhotoQueue, 'move'>;
  clock: Clock;
  /** See PhotoQueue.move. */
  takes: (step: Step, size: number) => boolean;
  /** @param handed rows that go on at once with their next step. */
  onWritten: (outcomes: readonly Outcome[], handed: readonly Photo[]) => void;
  /** The queue could not be written. */
  onFailure: (error: unknown) => void;
}

export function createOutbox({ queue, clock, takes, onWritten, onFailure }: OutboxDeps): Outbox {
  let outcomes: Outcome[] = [];
  let callOff: (() => void) | null = null;

  const flush = (): void => {
    callOff?.();
    callOff = null;
    if (outcomes.length === 0) return;
    const written = outcomes;
    outcomes = [];
    onWritten(written, queue.move(written, takes));
  };
  const tryFlush = (): void => {
    try {
      flush();
    } catch (error) {
      onFailure(error);
    }
  };
  return {
    add: (step, moves) => {
      for (const move of moves) outcomes.push({ ...move, step });
      if (outcomes.length >= fullAt) tryFlush();
      else callOff ??= clock.after(gatherMs, tryFlush);
    },
    flush,
  };
}
