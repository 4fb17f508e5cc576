import { describe, expect, it } from 'vitest';
import type { RunReport } from '../../../preload/contract/model.ts';
import { runFacts, runTitle } from '../../../renderer/text/runs.ts';

const run: RunReport = {
  id: 1,
  startedAt: 0,
  endedAt: 1_700_000_000_000,
  queued: 1204,
  stored: 1190,
  duplicates: 8,
  attention: 6,
  waiting: 0,
  bytes: 4_200_000_000,
};

describe('a run in words', () => {
  it('says only what there was, and which filter shows it', () => {
    expect(runFacts(run)).toEqual([
      { text: '1,204 queued', filter: null },
      { text: '1,190 stored (4.2 GB)', filter: 'done' },
      { text: '8 duplicates', filter: 'done' },
      { text: '6 need attention', filter: 'attention' },
    ]);
    const one = { ...run, queued: 3, stored: 0, bytes: 0, duplicates: 1, attention: 1, waiting: 1 };
    expect(runFacts(one).map(({ text }) => text)).toEqual([
      '3 queued',
      '1 duplicate',
      '1 needs attention',
      '1 still waits',
    ]);
  });

  it('says when', () => {
    expect(runTitle(run)).toMatch(/^Last upload, .*Nov.* 2023/);
  });
});
