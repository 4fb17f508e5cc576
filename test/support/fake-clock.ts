import type { Clock } from '../../main/lib/clock.ts';

export interface FakeClock extends Clock {
  /** Moves time on and runs what falls due on the way, in its order. */
  advance(ms: number): void;
  /** Sets the wall clock without running anything, as a person or NTP does. */
  jump(ms: number): void;
  /** Timers that have neither run nor been called off. */
  readonly pending: number;
}

/** A clock that stands still until a test moves it. */
export function fakeClock(startAt = 1_700_000_000_000): FakeClock {
  let now = startAt;
  let skew = 0;
  const timers = new Set<{ at: number; callback: () => void }>();
  return {
    now: () => now + skew,
    after: (ms, callback) => {
      const timer = { at: now + ms, callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance: (ms) => {
      const until = now + ms;
      for (;;) {
        const [next] = [...timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
        if (next === undefined) break;
        timers.delete(next);
        now = Math.max(now, next.at);
        next.callback();
      }
      now = until;
    },
    jump: (ms) => {
      skew += ms;
    },
    get pending() {
      return timers.size;
    },
  };
}
