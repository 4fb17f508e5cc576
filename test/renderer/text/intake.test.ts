import { expect, it } from 'vitest';
import type { IntakeReport } from '../../../preload/contract/model.ts';
import { intakeText, moreSkippedText, splitPath } from '../../../renderer/text/intake.ts';

const report: IntakeReport = {
  id: 1,
  running: false,
  found: 109,
  queued: 101,
  skipped: [
    { reason: 'not_a_photo', count: 8 },
    { reason: 'vanished', count: 0 },
  ],
  examples: [{ path: '/a/b.txt', reason: 'not_a_photo' }],
};

it('says what was queued, what was skipped, and why', () => {
  expect(intakeText(report)).toBe('101 queued, 8 skipped: 8 not photos');
  expect(intakeText({ ...report, skipped: [{ reason: 'not_a_photo', count: 1 }] })).toBe(
    '101 queued, 1 skipped: 1 not a photo',
  );
  expect(intakeText({ ...report, skipped: [] })).toBe('101 queued');
  expect(intakeText({ ...report, found: 0, queued: 0, skipped: [] })).toBe(
    'There was nothing in what you added.',
  );
  expect(intakeText({ ...report, running: true })).toContain('109 found, 101 queued so far');
});

it('says how many skipped files it does not name', () => {
  expect(moreSkippedText(report)).toBe('and 7 more');
  expect(moreSkippedText({ ...report, skipped: [{ reason: 'not_a_photo', count: 1 }] })).toBeNull();
});

it('splits paths of either kind', () => {
  expect(splitPath('/home/ada/a.jpg')).toEqual({ name: 'a.jpg', folder: '/home/ada' });
  expect(splitPath('C:\\Photos\\a.jpg')).toEqual({ name: 'a.jpg', folder: 'C:\\Photos' });
  expect(splitPath('a.jpg')).toEqual({ name: 'a.jpg', folder: '' });
});
