/** Time as an argument: tests hand in their own. */
export interface Clock {
  /** Unix milliseconds by the wall clock. */
  now(): number;
  /** Calls back once after `ms`; returns the function that calls it off. */
  after(ms: number, callback: () => void): () => void;
}

/** The same time, but for a clock that is set back: then it stands where it was, and goes on from there. For lengths of time. */
export function steady(now: () => number): () => number {
  let last = now();
  let shift = 0;
  return () => {
    const at = now() + shift;
    if (at < last) shift += last - at;
    last = Math.max(last, at);
    return last;
  };
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => {
      clearTimeout(timer);
    };
  },
};
