/**
 * Full-jitter backoff (AWS, "Exponential backoff and jitter"): a random wait up to a ceiling that doubles.
 * @param failures how many there were in a row, from 1. @param random in [0, 1). @returns milliseconds, at least 500.
 */
export function backoffMs(failures: number, maxMs: number, random: () => number): number {
  return Math.max(500, Math.round(random() * Math.min(maxMs, 1_000 * 2 ** Math.min(failures, 20))));
}
