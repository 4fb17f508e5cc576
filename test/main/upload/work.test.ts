import { describe, expect, it } from 'vitest';
import { BackendError, StoreError, TokenRefused } from '../../../main/upload/failures.ts';
import { createBreaker } from '../../../main/upload/breaker.ts';
import type { Move } from '../../../main/upload/steps.ts';
import { createWork, type Work } from '../../../main/upload/work.ts';
import type { Photo } from '../../../main/queue/photo-queue.ts';
import { fakeClock } from '../../support/fake-clock.ts';

/** @param progressed whether a part of each photo has arrived in this attempt. */
function setUp({ online = true, progressed = false } = {}) {
  const clock = fakeClock();
  const breaker = () => createBreaker({ clock, random: () => 0, onChange: () => undefined });
  const settled: Move[] = [];
  /** What was asked of the uploader, in order. */
  const told: ('probe' | 'sign in' | 'throttled')[] = [];
  const breakers = { store: breaker(), backend: breaker() };
  const work = createWork({
    clock,
    // The longest of each wait.
    random: () => 1,
    breakers,
    connectivity: {
      check: () => {
        told.push('probe');
        return Promise.resolve(online);
      },
    },
    attemptOf: () => ({ bytes: 0, progressed }),
    onSignInNeeded: () => told.push('sign in'),
    onThrottled: () => told.push('throttled'),
    settle: (_step, moves) => {
      settled.push(...moves);
    },
    log: () => undefined,
  });
  return { work, settled, told, breakers, clock };
}

const photos = (...ids: number[]): Photo[] =>
  ids.map((id) => ({ id, attempts: 0, strikes: 0 }) as unknown as Photo);
const sending = (): Work => ({ ...confirming(), step: 'sending', service: 'store' });
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

  it.each([
    [false, { type: 'released', reason: 'offline' }],
    [true, { type: 'failed', reason: 'network' }],
  ])('whose connection ended is an attempt only where a probe gets through: %s', async (online, event) => {
    const { work, settled, told } = setUp({ online });
    const reset = Object.assign(new Error('reset'), { code: 'ECONNRESET' });
    await work(photos(1), sending(), () => Promise.reject(reset));
    expect(told).toEqual(['probe']);
    expect(settled).toMatchObject([{ id: 1, event }]);
  });

  it.each([
    ['asks for a sign-in pauses', new TokenRefused('sign_in_needed'), ['sign in']],
    ['the store is too busy for slows down', new StoreError(503, 'SlowDown', '1', null), ['throttled']],
    ['the store fails does neither', new StoreError(500, 'InternalError', '1', null), []],
  ])('that %s', async (_what, error, expected) => {
    const { work, told } = setUp();
    await work(photos(1), sending(), () => Promise.reject(error));
    expect(told).toEqual(expected);
  });

  it.each([
    [true, 1_000],
    [false, 8_000],
  ])('that brought a part of its photo (%s) makes the next wait %i ms', async (progressed, waitMs) => {
    const { work, settled, clock } = setUp({ progressed });
    const tried = photos(1).map((photo) => ({ ...photo, attempts: 3 }));
    await work(tried, sending(), () => Promise.reject(new StoreError(500, 'InternalError', '1', null)));
    expect(settled).toMatchObject([
      { id: 1, event: { type: 'failed', reason: 'server_error', nextTryAt: clock.now() + waitMs } },
    ]);
  });

  it('that has not asked the store leaves its outage as it is, and one that was stored ends it', async () => {
    const {
      work,
      breakers: { store },
    } = setUp();
    while (store.outage() === null) store.failed('server_error', null);
    const moveBy =
      (event: Move['event']) =>
      (some: Photo[]): Promise<Move[]> =>
        Promise.resolve(some.map(({ id }) => ({ id, event })));

    await work(photos(1), sending(), moveBy({ type: 'blocked', reason: 'too_large' }));
    expect(store.outage()).not.toBeNull();
    await work(photos(2), sending(), moveBy({ type: 'advanced', to: 'confirming' }));
    expect(store.outage()).toBeNull();
  });
});
