import { describe, expect, it } from 'vitest';
import { createPace } from '../../../main/upload/pace.ts';

const mebibyte = 1024 * 1024;

describe('the pace', () => {
  it('reckons with a slow line until an upload has shown better', () => {
    const pace = createPace();
    expect(pace.drainMs(4 * mebibyte)).toBe(64_000);
    pace.arrived(4 * mebibyte, 100);
    expect(pace.drainMs(4 * mebibyte)).toBe(400);
  });

  it('gives four times as long as the last one took', () => {
    const pace = createPace();
    pace.arrived(4 * mebibyte, 30_000);
    expect(pace.drainMs(4 * mebibyte)).toBeCloseTo(120_000, 3);
  });

  it('learns nothing from uploads that are too small', () => {
    const pace = createPace();
    pace.arrived(1000, 5000);
    expect(pace.drainMs(4 * mebibyte)).toBe(64_000);
  });

  it('has more patience after each stall, but not without end', () => {
    const pace = createPace();
    pace.arrived(4 * mebibyte, 100);
    const waits = Array.from({ length: 7 }, () => {
      pace.stalled();
      return pace.drainMs(100 * mebibyte);
    });
    expect(waits).toEqual(waits.toSorted((a, b) => a - b));
    expect(waits.at(-1)).toBe((16 * mebibyte * 1000) / (16 * 1024));
  });
});
