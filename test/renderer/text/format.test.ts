import { describe, expect, it } from 'vitest';
import {
  countPhotos,
  formatBytes,
  formatCount,
  formatEstimate,
  formatLocalTime,
  formatPercent,
  formatSpeed,
  formatWait,
  initial,
  joinList,
} from '../../../renderer/text/format.ts';

describe('numbers and sizes', () => {
  it('groups thousands and bends the noun', () => {
    expect(formatCount(1204)).toBe('1,204');
    expect([0, 1, 2, 1204].map(countPhotos)).toEqual(['0 photos', '1 photo', '2 photos', '1,204 photos']);
  });

  it('writes sizes in the unit a person would choose', () => {
    expect(
      [0, 1, 999, 1000, 4180, 999_499, 999_500, 4_180_000, 412_300_000, 5e9, 1e18].map(formatBytes),
    ).toEqual([
      '0 bytes',
      '1 byte',
      '999 bytes',
      '1 kB',
      '4 kB',
      '999 kB',
      '1 MB',
      '4.2 MB',
      '412 MB',
      '5 GB',
      '1,000 PB',
    ]);
  });

  it('writes speeds per second and never in bytes', () => {
    expect([12, 12_340_000].map(formatSpeed)).toEqual(['1 kB/s', '12.3 MB/s']);
  });

  it('says 100% only when it is all', () => {
    expect([-1, 0, 0.996, 0.9999, 1, 2].map(formatPercent)).toEqual([
      '0%',
      '0%',
      '99%',
      '99%',
      '100%',
      '100%',
    ]);
  });
});

describe('durations', () => {
  it('writes a wait in at most two units', () => {
    expect([-3, 0.2, 12, 60, 270, 3600, 7500].map(formatWait)).toEqual([
      '0 s',
      '1 s',
      '12 s',
      '1 min',
      '4 min 30 s',
      '1 h',
      '2 h 5 min',
    ]);
  });

  it('writes an estimate that does not flicker', () => {
    expect([3, 21, 58, 130, 3540, 5400, 86_400 * 3].map(formatEstimate)).toEqual([
      'a few seconds',
      'about 30 seconds',
      'about 1 minute',
      'about 2 minutes',
      'about 59 minutes',
      'about 1.5 hours',
      'about 3 days',
    ]);
  });
});

it('joins a list', () => {
  expect(joinList(['7 not photos', '1 unreadable'])).toBe('7 not photos, 1 unreadable');
});

it('takes the first letter of a name, whatever it is made of', () => {
  expect(['ada', ' Zoë', 'é́clair', '👩‍🔬 lab', ''].map(initial)).toEqual(['A', 'Z', 'É́', '👩‍🔬', '']);
});

it.each([
  ['2024-05-06T07:08:09', 'May 6, 2024, 7:08:09 AM'],
  ['2024-05-06T07:08:09+02:00', 'May 6, 2024, 7:08:09 AM (UTC+02:00)'],
  ['2024-05-06T07:08:09Z', 'May 6, 2024, 7:08:09 AM (UTC)'],
  ['0000:00:00', '0000:00:00'],
])('writes a camera’s time %s as it stands: %s', (text, written) => {
  expect(formatLocalTime(text).replaceAll('\u202f', ' ')).toBe(written);
});
