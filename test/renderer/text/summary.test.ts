import { describe, expect, it } from 'vitest';
import { announcementText, doneShare, headlineText, summaryFacts } from '../../../renderer/text/summary.ts';
import { makeSummary } from '../support/scenarios.ts';

describe('the summary in words', () => {
  it('says all only when all is proven', () => {
    expect(headlineText(makeSummary({ done: 100, waiting: 1 }))).toBe('100 of 101 photos uploaded');
    expect(headlineText(makeSummary({ done: 100, attention: 1 }))).toBe('100 of 101 photos uploaded');
    expect(headlineText(makeSummary({ done: 101 }))).toBe('All 101 photos uploaded');
    expect(headlineText(makeSummary({ done: 1 }))).toBe('All 1 photo uploaded');
  });

  it('gives speed and time only while something moves', () => {
    const moving = makeSummary({ done: 1, active: 1 }, { speed: 2e6, secondsLeft: 65 });
    expect(summaryFacts(moving)).toEqual(['4.2 MB of 8.4 MB', '2 MB/s', 'about 1 minute left']);
    expect(summaryFacts({ ...moving, paused: 'offline' })).toEqual(['4.2 MB of 8.4 MB']);
    expect(summaryFacts({ ...moving, secondsLeft: null, duplicates: 3, damaged: 1 })).toEqual([
      '4.2 MB of 8.4 MB',
      '2 MB/s',
      '3 already in the library',
      '1 looks damaged',
    ]);
  });

  it('measures progress by bytes, by count when there are none, and is whole only at the end', () => {
    expect(doneShare(makeSummary({}))).toBe(0);
    expect(doneShare(makeSummary({ done: 1, waiting: 3 }))).toBe(0.25);
    expect(doneShare(makeSummary({ done: 4 }))).toBe(1);
    const empty = makeSummary({ done: 1, waiting: 1 });
    expect(doneShare({ ...empty, all: { count: 2, bytes: 0 }, done: { count: 1, bytes: 0 } })).toBe(0.5);
  });

  it('announces what needs a person', () => {
    expect(announcementText(makeSummary({ done: 2, attention: 1 }))).toBe(
      '2 of 3 photos uploaded. 1 photo needs attention.',
    );
  });
});
