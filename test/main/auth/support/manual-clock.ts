import type { Clock } from '../../../../main/auth/clock.ts';
import { fakeClock } from '../../../support/fake-clock.ts';

export interface ManualClock extends Clock {
  /** Moves both clocks on and runs what falls due. */
  advance(ms: number): void;
  /** Moves the wall clock alone: a correction, or a sleep during which the monotonic clock stood still. */
  jump(ms: number): void;
  readonly pending: number;
}

/** Stands still until told; the wall clock starts at the real time, by which the stand-in dates its tokens. */
export function manualClock(wrongByMs = 0): ManualClock {
  const fake = fakeClock(Date.now() + wrongByMs);
  let monotonic = 5_000;
  return {
    now: () => fake.now(),
    monotonic: () => monotonic,
    after: (ms, callback) => fake.after(ms, callback),
    advance: (ms) => {
      monotonic += ms;
      fake.advance(ms);
    },
    jump: (ms) => fake.jump(ms),
    get pending() {
      return fake.pending;
    },
  };
}
