import { expect, it } from 'vitest';
import { createOutbox, type Outcome } from '../../../main/upload/outbox.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { newPhoto, openQueue, owner } from '../../support/queue.ts';

/** An outbox of a real queue, with rows whose inspection is under way. */
function setUp(rows: number) {
  const { queue, database } = openQueue();
  queue.add(
    owner,
    Array.from({ length: rows }, (_, index) => newPhoto(index + 1)),
  );
  queue.claim(owner, 'inspecting', rows);
  const clock = fakeClock();
  const written: Outcome[][] = [];
  const failures: unknown[] = [];
  const outbox = createOutbox({
    queue,
    clock,
    takes: () => false,
    onWritten: (outcomes) => written.push([...outcomes]),
    onFailure: (error) => failures.push(error),
  });
  const end = (...ids: number[]): void => {
    outbox.add(
      'inspecting',
      ids.map((id) => ({ id, event: { type: 'blocked', reason: 'missing' } })),
    );
  };
  return { queue, database, clock, outbox, written, failures, end };
}

it('writes together what has ended within a moment, and nothing twice', () => {
  const { queue, clock, outbox, written, end } = setUp(3);
  end(1);
  end(2);
  expect([queue.get(1)?.status, written]).toEqual(['active', []]);
  clock.advance(25);
  expect(written.map((outcomes) => outcomes.map(({ id }) => id))).toEqual([[1, 2]]);
  expect([1, 2, 3].map((id) => queue.get(id)?.status)).toEqual(['blocked', 'blocked', 'active']);
  outbox.flush();
  expect([written.length, clock.pending]).toEqual([1, 0]);
});

it('does not wait for more when many have gathered', () => {
  const { queue, clock, end } = setUp(64);
  end(...Array.from({ length: 64 }, (_, index) => index + 1));
  expect([queue.get(64)?.status, clock.pending]).toEqual(['blocked', 0]);
});

it.each([
  ['after a moment', 1],
  ['at once', 64],
])('tells of a queue that cannot be written: %s', (_when, rows) => {
  const { database, clock, written, failures, end } = setUp(rows);
  database.db.pragma('query_only = 1');
  end(...Array.from({ length: rows }, (_, index) => index + 1));
  clock.advance(25);
  expect([failures, written]).toEqual([[expect.objectContaining({ code: 'SQLITE_READONLY' })], []]);
});
