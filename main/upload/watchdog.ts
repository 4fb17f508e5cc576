import type { Clock } from '../lib/clock.ts';

export interface Watchdog {
  /** A sign of life: the next one must come within that time. */
  feed(ms: number): void;
  /** Nothing is awaited until it is fed again, if ever. */
  rest(): void;
}

/** Barks once when nothing has fed it for too long. */
export function createWatchdog(clock: Clock, ms: number, bark: () => void): Watchdog {
  let callOff = clock.after(ms, bark);
  return {
    feed: (wait) => {
      callOff();
      callOff = clock.after(wait, bark);
    },
    rest: () => {
      callOff();
    },
  };
}
