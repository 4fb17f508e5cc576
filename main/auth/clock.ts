/** Time as an argument: tests bring their own. */
export interface Clock {
  /** Unix milliseconds by the computer's clock, which people set and networks correct. */
  now(): number;
  /** Milliseconds that never run backwards; they may stand still while the computer sleeps. */
  monotonic(): number;
  /** Calls back once after `ms`; the function that it returns calls the timer off. */
  setTimer(ms: number, fire: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer: (ms, fire) => {
    const timer = setTimeout(fire, ms);
    return () => clearTimeout(timer);
  },
};
