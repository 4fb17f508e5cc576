import { describe, expect, it } from 'vitest';
import {
  createSpeedometer,
  createSteadySpeed,
  createTraffic,
  trafficSeconds,
} from '../../../main/upload/speed.ts';

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

describe('the steady speed', () => {
  const start = 1_700_000_000_000;

  it('is right from the first that it says, and hardly moves when the flow hiccups', () => {
    const steady = createSteadySpeed();
    const said: (number | null)[] = [];
    for (let ms = 0; ms <= 120_000; ms += 500) {
      // Half a second in ten nothing comes, and then twice as much.
      const factor = ms % 10_000 === 5_000 ? 0 : ms % 10_000 === 5_500 ? 2 : 1;
      steady.add(2_000_000 * factor, start + ms);
      said.push(steady.value(start + ms));
    }
    expect(said.slice(0, 6).every((value) => value === null)).toBe(true);
    for (const value of said.slice(6)) {
      expect(value).toBeGreaterThan(3_500_000);
      expect(value).toBeLessThan(5_500_000);
    }
  });

  it('follows a lasting change within a minute', () => {
    const steady = createSteadySpeed();
    for (let ms = 0; ms <= 60_000; ms += 500) steady.add(5_000_000, start + ms);
    for (let ms = 60_500; ms <= 120_000; ms += 500) steady.add(500_000, start + ms);
    expect(steady.value(start + 120_000)).toBeLessThan(2_500_000);
  });

  it('says nothing after a silence, and then begins anew', () => {
    const steady = createSteadySpeed();
    for (let ms = 0; ms <= 10_000; ms += 500) steady.add(5_000_000, start + ms);
    expect(steady.value(start + 30_000)).toBeNull();
    for (let ms = 60_000; ms <= 64_000; ms += 500) steady.add(500_000, start + ms);
    expect(steady.value(start + 64_000)).toBeLessThan(1_500_000);
    expect(steady.value(start)).toBeNull();
  });
});

describe('traffic', () => {
  it('is what went in each whole second, the oldest first', () => {
    const traffic = createTraffic();
    traffic.add(1, 100_100);
    traffic.add(2, 100_900);
    traffic.add(4, 102_000);
    traffic.add(8, 103_999);
    const seconds = traffic.seconds(103_999);
    expect(seconds).toHaveLength(trafficSeconds);
    expect(seconds.slice(-4)).toEqual([0, 3, 0, 4]);
    expect(traffic.seconds(104_000).slice(-4)).toEqual([3, 0, 4, 8]);
  });

  it('forgets what is older, and what another second left in its place', () => {
    const traffic = createTraffic();
    for (let second = 0; second < 1_000; second += 7) traffic.add(second, second * 1000);
    const seconds = traffic.seconds(1_000_000);
    const expected = Array.from({ length: trafficSeconds }, (_, index) => 1_000 - trafficSeconds + index);
    expect(seconds).toEqual(expected.map((second) => (second % 7 === 0 ? second : 0)));
    expect(traffic.seconds(9_000_000).every((bytes) => bytes === 0)).toBe(true);
  });
});
