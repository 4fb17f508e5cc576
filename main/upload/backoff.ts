/**
 * Full jitter: a random wait between 0 and min(cap, base · 2ⁿ), so that clients that failed together do not come back
 * together (AWS Architecture Blog, "Exponential Backoff And Jitter").
 *
 * @param attempt failures so far, from 0.
 * @param random uniform in [0, 1).
 * @returns milliseconds.
 */
export function fullJitter(attempt: number, baseMs: number, capMs: number, random: () => number): number {
  return Math.floor(random() * Math.min(capMs, baseMs * 2 ** Math.min(attempt, 30)));
}
