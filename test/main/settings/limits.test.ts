import { expect, it } from 'vitest';
import { createLimits } from '../../../main/settings/limits.ts';
import type { EngineLimits } from '../../../preload/contract/model.ts';
import { defaultSettings, type Settings } from '../../../preload/contract/settings.ts';
import { fakeClock } from '../../support/fake-clock.ts';

const minute = 60_000;

function setUp(first: Partial<Settings>, startAt: Date) {
  const clock = fakeClock(startAt.getTime());
  let settings = { ...defaultSettings, ...first };
  const listeners: ((now: Settings, before: Settings) => void)[] = [];
  const told: EngineLimits[] = [];
  const limits = createLimits({
    settings: { get: () => settings, onChange: (listener) => listeners.push(listener) },
    clock,
    tell: (next) => told.push(next),
  });
  const change = (changes: Partial<Settings>): void => {
    const before = settings;
    settings = { ...settings, ...changes };
    for (const listener of listeners) listener(settings, before);
  };
  return { clock, limits, told, change };
}

// A Wednesday.
const noon = new Date(2026, 10, 25, 12, 0, 30);

it('tells the engine when it starts and when a limit changes, of nothing else', () => {
  const { clock, limits, told, change } = setUp({ bytesPerSecond: 5_000 }, noon);
  limits.tellAnew();
  limits.tellAnew();
  expect(told).toEqual([
    { bytesPerSecond: 5_000, transfers: null },
    { bytesPerSecond: 5_000, transfers: null },
  ]);
  change({ theme: 'dark' });
  expect(told).toHaveLength(2);
  change({ transfers: 3 });
  change({ bytesPerSecond: null });
  expect(told.slice(2)).toEqual([
    { bytesPerSecond: 5_000, transfers: 3 },
    { bytesPerSecond: null, transfers: 3 },
  ]);
  // Without a timetable nobody looks at the clock.
  expect(clock.pending).toBe(0);
});

it('follows the timetable to the minute, also over a sleep', () => {
  const timetable = [{ days: [3], from: 12 * 60 + 2, to: 12 * 60 + 10, bytesPerSecond: 7_000 }];
  const { clock, limits, told } = setUp({ timetable }, noon);
  limits.tellAnew();
  clock.advance(minute);
  expect(told).toEqual([{ bytesPerSecond: null, transfers: null }]);
  clock.advance(minute / 2);
  expect(told.at(-1)).toEqual({ bytesPerSecond: 7_000, transfers: null });
  clock.jump(10 * minute);
  limits.look();
  expect(told.at(-1)).toEqual({ bytesPerSecond: null, transfers: null });
  expect(clock.pending).toBe(1);
  limits.stop();
  expect(clock.pending).toBe(0);
});
