import { describe, expect, it } from 'vitest';
import { createSpeedometer } from '../../../main/upload/speed.ts';

describe('the speedometer', () => {
  it('tends to the rate of a steady flow, however it is sliced', () => {
    for (const sliceMs of [10, 100, 500]) {
      const speedometer = createSpeedometer();
      let now = 1_700_000_000_000;
      for (let ms = 0; ms < 60_000; ms += sliceMs) {
        now += sliceMs;
        speedometer.add(5_000 * sliceMs, now);
      }
      const rate = speedometer.value(now);
      expect(rate).toBeGreaterThan(4_500_000);
      expect(rate).toBeLessThan(5_500_000);
    }
  });

  it('halves every two seconds without news, and ends at 0', () => {
    const speedometer = createSpeedometer();
    speedometer.add(10_000_000, 1000);
    const first = speedometer.value(1000);
    expect(speedometer.value(3000)).toBeCloseTo(first / 2, 3);
    expect(speedometer.value(7000)).toBeCloseTo(first / 8, 3);
    expect(speedometer.value(600_000)).toBe(0);
  });

  it('does not shoot up when the wall clock is set back', () => {
    const speedometer = createSpeedometer();
    speedometer.add(1_000_000, 100_000);
    const before = speedometer.value(100_000);
    expect(speedometer.value(0)).toBeLessThanOrEqual(before);
  });
});
