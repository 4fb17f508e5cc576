import { describe, expect, it } from 'vitest';
import { listedSql, nearSql } from '../../../main/queue/pages.ts';
import { filters } from '../../../preload/contract/model.ts';
import { inspectedPhoto, newPhoto, openQueue, owner, pageNow } from '../../support/queue.ts';

describe('page', () => {
  it('shows rows in both orders, with totals, names and folders', () => {
    const { queue, pages } = openQueue();
    queue.add(owner, [newPhoto(1), newPhoto(2), newPhoto(3)]);
    const page = pageNow(pages, { filter: 'all', sort: 'added', descending: true, offset: 1, limit: 1 });
    expect(page.total).toBe(3);
    expect(page.rows).toMatchObject([
      { id: 2, fileName: '000002.jpg', folder: '/photos', state: { kind: 'waiting', step: 'inspecting' } },
    ]);
  });

  it('filters by state and tells reason, next try and progress', () => {
    const { queue, pages, time } = openQueue();
    queue.add(owner, [newPhoto(1), newPhoto(2), newPhoto(3)]);
    queue.claim(owner, 'inspecting', 2);
    const nextTryAt = time.now + 9;
    queue.move([
      { id: 1, event: { type: 'blocked', reason: 'missing' } },
      { id: 2, event: { type: 'failed', reason: 'network', nextTryAt, penalty: true } },
    ]);
    queue.claim(owner, 'inspecting', 1);
    const of = (filter: (typeof filters)[number]): unknown =>
      pageNow(pages, { filter, sort: 'added', offset: 0, limit: 10 }, () => 42).rows;
    expect(of('attention')).toMatchObject([{ id: 1, state: { kind: 'blocked', reason: 'missing' } }]);
    expect(of('waiting')).toMatchObject([
      { id: 2, state: { kind: 'waiting', reason: 'network', nextTryAt } },
    ]);
    expect(of('active')).toMatchObject([
      { id: 3, state: { kind: 'active', step: 'inspecting' }, bytesSent: 42 },
    ]);
    expect(of('done')).toEqual([]);
  });

  const awaited = [
    // Once for each row of the page: the name of the row that it waits for.
    'CORRELATED SCALAR SUBQUERY 1',
    'SEARCH awaited USING INTEGER PRIMARY KEY (rowid=?)',
  ];
  const planOf = (sql: string, values: Record<string, unknown>): string[] =>
    openQueue()
      .database.db.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
      .all(values)
      .map(({ detail }) => detail);

  it.each(filters.flatMap((filter) => [false, true].map((descending) => [filter, descending] as const)))(
    'serves %s from an index, without sorting (descending: %s)',
    (filter, descending) => {
      expect(planOf(nearSql(filter, descending), { owner, limit: 1, offset: 0 })).toEqual([
        expect.stringMatching(/^SEARCH (photo|history) USING INDEX/),
        ...(filter === 'history' ? [] : awaited),
      ]);
    },
  );

  it('finds listed rows by their ids', () => {
    expect(planOf(listedSql, { owner, ids: '[]' })).toEqual([
      'COMPOUND QUERY',
      'LEFT-MOST SUBQUERY',
      'SEARCH photo USING INDEX photo_owner (owner=? AND id=?)',
      'LIST SUBQUERY 2',
      expect.stringMatching(/^SCAN json_each/),
      ...awaited,
      'UNION ALL',
      'SEARCH history USING INDEX history_owner (owner=? AND id=?)',
      'LIST SUBQUERY 4',
      expect.stringMatching(/^SCAN json_each/),
    ]);
  });
});

it('keeps the tallies right through every change of a row', () => {
  const { queue, pages, database } = openQueue();
  const counted = (): unknown =>
    database.db
      .prepare(
        'SELECT status, count(*) AS count, sum(size) AS bytes FROM photo GROUP BY status ORDER BY status',
      )
      .all();
  const kept = (): unknown => {
    const { waiting, active, done, attention } = pages.tallies(owner);
    return [
      { status: 'active', ...active },
      { status: 'blocked', ...attention },
      { status: 'done', ...done },
      { status: 'waiting', ...waiting },
    ].filter(({ count }) => count > 0);
  };
  queue.add(owner, [newPhoto(1, 10), newPhoto(2, 20), newPhoto(3, 30), newPhoto(4, 40)]);
  queue.claim(owner, 'inspecting', 3);
  expect(kept()).toEqual(counted());
  const inspected = { ...inspectedPhoto(1), damage: 'jpeg-truncated' };
  inspected.stat = { ...inspected.stat, size: 11 };
  queue.move([
    { id: 1, event: { type: 'advanced', to: 'checking' }, facts: { inspected } },
    { id: 2, event: { type: 'blocked', reason: 'missing' } },
  ]);
  queue.claim(owner, 'checking', 1);
  queue.move([{ id: 1, event: { type: 'stored' }, facts: { duplicateOf: 'other.jpg' } }]);
  expect(kept()).toEqual(counted());
  expect(pages.tallies(owner)).toMatchObject({
    all: { count: 4, bytes: 101 },
    duplicate: { count: 1 },
    damaged: { count: 1 },
  });
  queue.remove(owner, [1, 4]);
  expect(kept()).toEqual(counted());
  expect(pages.tallies(owner)).toMatchObject({
    all: { count: 2 },
    duplicate: { count: 0 },
    damaged: { count: 0 },
  });
});
