import { describe, expect, it } from 'vitest';
import { BackendError } from '../../../main/upload/failures.ts';
import { createBreaker } from '../../../main/upload/breaker.ts';
import type { Move } from '../../../main/upload/steps.ts';
import { createWork, type Work } from '../../../main/upload/work.ts';
import type { Photo } from '../../../main/queue/photo-queue.ts';
import { fakeClock } from '../../support/fake-clock.ts';

function setUp() {
  const clock = fakeClock();
  const breaker = () => createBreaker({ clock, random: () => 0, onChange: () => undefined });
  const settled: Move[] = [];
  const breakers = { store: breaker(), backend: breaker() };
  const work = createWork({
    clock,
    random: () => 0,
    breakers,
    connectivity: { check: () => Promise.resolve(true) },
    attemptOf: () => ({ bytes: 0, progressed: false }),
    onSignInNeeded: () => undefined,
    onThrottled: () => undefined,
    settle: (_step, moves) => {
      settled.push(...moves);
    },
    log: () => undefined,
  });
  return { work, settled, breakers };
}

const photos = (...ids: number[]): Photo[] =>
  ids.map((id) => ({ id, attempts: 0, strikes: 0 }) as unknown as Photo);
const confirming = (): Work => ({
  step: 'confirming',
  service: 'backend',
  signal: new AbortController().signal,
  startedAt: 0,
});

describe('a piece of work', () => {
  it('that the queue’s database fails is no failure of its rows: nobody settles them', async () => {
    for (const code of ['SQLITE_FULL', 'SQLITE_CORRUPT']) {
      const { work, settled } = setUp();
      const failure = Object.assign(new Error('database'), { code });
      await expect(work(photos(1), confirming(), () => Promise.reject(failure))).rejects.toBe(failure);
      expect(settled).toEqual([]);
    }
  });

  it('of which the backend will not take one photo is done one by one, and only that one is blocked', async () => {
    const { work, settled } = setUp();
    const asked: number[][] = [];
    await work(photos(1, 2, 3), confirming(), (some) => {
      asked.push(some.map(({ id }) => id));
      if (some.some(({ id }) => id === 2)) throw new BackendError(400, 'invalid_request', null);
      return Promise.resolve(some.map(({ id }) => ({ id, event: { type: 'stored' } as const })));
    });
    expect(asked).toEqual([[1, 2, 3], [1], [2], [3]]);
    expect(settled.map(({ id, event }) => [id, event.type])).toEqual([
      [1, 'stored'],
      [2, 'blocked'],
      [3, 'stored'],
    ]);
  });

  it('that has not asked the store leaves its outage as it is, and one that was stored ends it', async () => {
    const {
      work,
      breakers: { store },
    } = setUp();
    while (store.outage() === null) store.failed('server_error', null);
    const sending: Work = { ...confirming(), step: 'sending', service: 'store' };
    const moveBy =
      (event: Move['event']) =>
      (some: Photo[]): Promise<Move[]> =>
        Promise.resolve(some.map(({ id }) => ({ id, event })));

    await work(photos(1), sending, moveBy({ type: 'blocked', reason: 'too_large' }));
    expect(store.outage()).not.toBeNull();
    await work(photos(2), sending, moveBy({ type: 'advanced', to: 'confirming' }));
    expect(store.outage()).toBeNull();
  });
});
