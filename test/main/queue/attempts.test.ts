import { describe, expect, it } from 'vitest';
import { attemptSql, keptAttempts } from '../../../main/queue/attempts.ts';
import type { RowEvent } from '../../../main/queue/transition.ts';
import { newPhoto, openQueue, owner } from '../../support/queue.ts';

const tried = { tookMs: 1_200, bytes: 4_096, status: 503, requestId: 'R1', host: 'store.example' };

describe('attempts', () => {
  it('are written with the move, the newest first, with what is known of each', () => {
    const { queue, time } = openQueue();
    queue.add(owner, [newPhoto(1)]);
    const nextTryAt = time.now + 9;
    const first = time.now;
    queue.claim(owner, 'inspecting', 1);
    queue.move([
      {
        id: 1,
        event: { type: 'failed', reason: 'throttled', nextTryAt, penalty: true },
        facts: { lastError: 'store 503 SlowDown', tried },
      },
    ]);
    time.now += 10;
    queue.claim(owner, 'inspecting', 1);
    queue.move([{ id: 1, event: { type: 'blocked', reason: 'missing' }, facts: { lastError: 'ENOENT' } }]);
    const { status, requestId, host, ...rest } = tried;
    expect(queue.attempts.of(1)).toEqual([
      {
        at: time.now,
        step: 'inspecting',
        outcome: { kind: 'blocked', reason: 'missing' },
        tookMs: null,
        bytes: null,
        detail: 'ENOENT',
        status: null,
        requestId: null,
        host: null,
      },
      {
        at: first,
        step: 'inspecting',
        outcome: { kind: 'waits', reason: 'throttled', nextTryAt },
        detail: 'store 503 SlowDown',
        ...{ status, requestId, host },
        ...rest,
      },
    ]);
  });

  it.each<[string, RowEvent, unknown]>([
    ['a copy that waits', { type: 'parked', reason: 'copy_on_its_way' }, 'copy_on_its_way'],
    ['a lost network', { type: 'released', reason: 'offline' }, 'offline'],
    [
      'a file that changed',
      { type: 'restarted', reason: 'file_changed', nextTryAt: 5, strike: false },
      'file_changed',
    ],
    ['a pause', { type: 'released', reason: 'ready' }, null],
    [
      'a second reading of our own',
      { type: 'restarted', reason: 'ready', nextTryAt: 0, strike: false },
      null,
    ],
    ['progress', { type: 'advanced', to: 'checking' }, null],
    ['the end', { type: 'stored' }, null],
  ])('tell of failures and waits alone: %s', (_name, event, reason) => {
    const { queue } = openQueue();
    queue.add(owner, [newPhoto(1)]);
    queue.claim(owner, 'inspecting', 1);
    queue.move([{ id: 1, event }]);
    expect(queue.attempts.of(1).map(({ outcome }) => outcome.kind === 'waits' && outcome.reason)).toEqual(
      reason === null ? [] : [reason],
    );
  });

  it('keep the newest of each photo, and go with it', () => {
    const { queue, database, time } = openQueue();
    queue.add(owner, [newPhoto(1), newPhoto(2)]);
    for (let round = 1; round <= keptAttempts + 5; round++) {
      queue.claim(owner, 'inspecting', 2);
      queue.move(
        [1, 2].map((id) => ({
          id,
          event: { type: 'failed', reason: 'network', nextTryAt: time.now, penalty: true },
          facts: { lastError: `E${round}` },
        })),
      );
    }
    const kept = queue.attempts.of(1);
    expect(kept).toHaveLength(keptAttempts);
    expect(kept.at(-1)?.detail).toBe('E6');
    queue.remove(owner, [1]);
    expect(queue.attempts.of(1)).toEqual([]);
    expect(database.db.prepare('SELECT count(*) FROM attempt').pluck().get()).toBe(keptAttempts);
  });

  it.each(Object.entries(attemptSql))('walk no table: %s', (_name, sql) => {
    const values = Object.fromEntries([...sql.matchAll(/@(\w+)/g)].map(([, name = '']) => [name, 1]));
    const plan = openQueue()
      .database.db.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
      .all(values)
      .map(({ detail }) => detail);
    expect(plan.join('\n')).not.toMatch(/SCAN/);
  });
});
