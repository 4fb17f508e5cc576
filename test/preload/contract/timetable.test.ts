import { expect, it } from 'vitest';
import { limitAt } from '../../../preload/contract/timetable.ts';

const office = { days: [1, 2, 3, 4, 5], from: 8 * 60, to: 18 * 60, bytesPerSecond: 1_000 };
const weekendNights = { days: [5, 7], from: 22 * 60, to: 6 * 60, bytesPerSecond: null };
const saturday = { days: [6], from: 0, to: 0, bytesPerSecond: 3_000 };
const all = { bytesPerSecond: 9_000, timetable: [office, weekendNights, saturday] };

// The week of 23 November 2026, a Monday.
it.each([
  ['before the office opens', 23, 7, 59, 9_000],
  ['when it opens', 23, 8, 0, 1_000],
  ['before it closes', 27, 17, 59, 1_000],
  ['when it closes', 27, 18, 0, 9_000],
  ['on Friday night', 27, 22, 0, null],
  ['after that night, on Saturday, where the first entry counts', 28, 5, 59, null],
  ['on Saturday, all day', 28, 6, 0, 3_000],
  ['on Saturday before midnight', 28, 23, 59, 3_000],
  ['on Sunday morning, of which no night is', 29, 0, 0, 9_000],
  ['on Sunday night', 29, 23, 0, null],
  ['on Monday morning after it', 30, 5, 0, null],
  ['and then not', 30, 6, 0, 9_000],
])('%s', (_when, day, hour, minute, expected) => {
  expect(limitAt(all, new Date(2026, 10, day, hour, minute))).toBe(expected);
});

it('without a timetable the limit is the same at all times', () => {
  expect(limitAt({ bytesPerSecond: 5, timetable: [] }, new Date())).toBe(5);
});
