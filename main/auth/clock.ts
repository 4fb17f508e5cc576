import { systemClock as wallClock, type Clock as WallClock } from '../lib/clock.ts';

/** Sign-in counts lifetimes, which a corrected clock must not shorten. */
export interface Clock extends WallClock {
  /** Milliseconds that never run backwards; they may stand still while the computer sleeps. */
  monotonic(): number;
}

export const systemClock: Clock = { ...wallClock, monotonic: () => performance.now() };
