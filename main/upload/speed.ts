/** Bytes per second as an exponentially weighted average that halves every two seconds without news. */
const halfLifeMs = 2_000;

export interface Speedometer {
  /** @param now Unix milliseconds. */
  add(bytes: number, now: number): void;
  /** Bytes per second; 0 once it has practically stopped. */
  value(now: number): number;
}

export function createSpeedometer(): Speedometer {
  let rate = 0;
  let at = 0;
  const decayTo = (now: number): void => {
    rate *= 2 ** (-Math.max(0, now - at) / halfLifeMs);
    at = now;
  };
  return {
    add: (bytes, now) => {
      decayTo(now);
      rate += (bytes * Math.LN2 * 1000) / halfLifeMs;
    },
    value: (now) => {
      decayTo(now);
      return rate < 1 ? 0 : rate;
    },
  };
}
