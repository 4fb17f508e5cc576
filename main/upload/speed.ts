/** How fast bytes go: now, steadily enough to judge the time left by, and second by second. */

/** All three of one flow of bytes. */
export interface Flow {
  add(bytes: number): void;
  /** As {@link Speedometer}. */
  speed(): number;
  /** As {@link createSteadySpeed}. */
  steadySpeed(): number | null;
  /** As {@link Traffic}. */
  seconds(): number[];
}

/** @param read gives Unix milliseconds. */
export function createFlow(read: () => number): Flow {
  const speedometer = createSpeedometer();
  const steady = createSteadySpeed();
  const traffic = createTraffic();
  return {
    add: (bytes) => {
      const now = read();
      for (const gauge of [speedometer, steady, traffic]) gauge.add(bytes, now);
    },
    speed: () => speedometer.value(read()),
    steadySpeed: () => steady.value(read()),
    seconds: () => traffic.seconds(read()),
  };
}

export interface Speedometer {
  /** @param now Unix milliseconds. */
  add(bytes: number, now: number): void;
  /** Bytes per second; 0 once it has practically stopped. */
  value(now: number): number;
}

/** Bytes per second as an exponentially weighted average that halves with every `halfLifeMs` without news. */
export function createSpeedometer(halfLifeMs = 2_000): Speedometer {
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

const steadyHalfLifeMs = 20_000;
/** After that long without a byte it is another flow, of which the last says nothing. */
const silenceMs = 15_000;
/** The first seconds open connections and tell nothing of what follows. */
const firstMs = 3_000;

/**
 * A slow average, to judge the time left by. It counts from the first byte: an average that began at nothing would say
 * for a minute that there is far more time left than there is.
 */
export function createSteadySpeed(): {
  add(bytes: number, now: number): void;
  /** Bytes per second; null while nothing can be said. */
  value(now: number): number | null;
} {
  let slow = createSpeedometer(steadyHalfLifeMs);
  let beganAt = 0;
  let lastAt = -Infinity;
  return {
    add: (bytes, now) => {
      // A clock that was set back is a new beginning, too.
      if (now - lastAt > silenceMs || now < lastAt) {
        slow = createSpeedometer(steadyHalfLifeMs);
        beganAt = now;
      }
      lastAt = now;
      slow.add(bytes, now);
    },
    value: (now) => {
      const age = now - beganAt;
      if (age < firstMs || now - lastAt > silenceMs || now < lastAt) return null;
      return slow.value(now) / (1 - 2 ** (-age / steadyHalfLifeMs));
    },
  };
}

/** For how many seconds {@link createTraffic} remembers. */
export const trafficSeconds = 90;

export interface Traffic {
  /** @param now Unix milliseconds. */
  add(bytes: number, now: number): void;
  /** Bytes of each of the last {@link trafficSeconds} whole seconds, the oldest first. */
  seconds(now: number): number[];
}

/** Bytes second by second, in a ring that never grows. */
export function createTraffic(): Traffic {
  const bytesOf = new Float64Array(trafficSeconds + 1);
  /** Which second each place of the ring is about. */
  const secondOf = new Float64Array(trafficSeconds + 1).fill(-1);
  const placeOf = (second: number): number => second % bytesOf.length;
  return {
    add: (bytes, now) => {
      const second = Math.floor(now / 1000);
      const place = placeOf(second);
      bytesOf[place] = (secondOf[place] === second ? (bytesOf[place] ?? 0) : 0) + bytes;
      secondOf[place] = second;
    },
    seconds: (now) => {
      const current = Math.floor(now / 1000);
      return Array.from({ length: trafficSeconds }, (_, index) => {
        const second = current - trafficSeconds + index;
        const place = placeOf(second);
        return secondOf[place] === second ? (bytesOf[place] ?? 0) : 0;
      });
    },
  };
}
