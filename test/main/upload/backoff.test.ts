import { describe, expect, it } from 'vitest';
import { fullJitter } from '../../../main/upload/backoff.ts';

const almostOne = 1 - 2 ** -53;

describe('fullJitter', () => {
  it('doubles its ceiling with every attempt, up to the cap', () => {
    const ceilings = [0, 1, 2, 3, 8, 9, 1000].map(
      (attempt) => fullJitter(attempt, 1000, 300_000, () => almostOne) + 1,
    );
    expect(ceilings).toEqual([1000, 2000, 4000, 8000, 256_000, 300_000, 300_000]);
  });

  it('spreads over the whole range from 0', () => {
    expect(fullJitter(3, 1000, 300_000, () => 0)).toBe(0);
    expect(fullJitter(3, 1000, 300_000, () => 0.25)).toBe(2000);
    const drawn = Array.from({ length: 4000 }, () => fullJitter(2, 1000, 300_000, Math.random));
    expect(drawn.every((ms) => Number.isInteger(ms) && ms >= 0 && ms < 4000)).toBe(true);
    expect(drawn.filter((ms) => ms < 1000).length).toBeGreaterThan(800);
    expect(drawn.filter((ms) => ms >= 3000).length).toBeGreaterThan(800);
  });
});
