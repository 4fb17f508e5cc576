import { expect, it } from 'vitest';
import { StoreError } from '../../../main/upload/failures.ts';
import { createSweeper, type Sweeper } from '../../../main/upload/sweep.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { openQueue, owner } from '../../support/queue.ts';
import { testGrant } from '../../support/grant.ts';

/** A queue of which uploads can be given up, and a store that aborts them when and as the test says. */
function setUp() {
  const { queue } = openQueue();
  const clock = fakeClock();
  const aborted: string[] = [];
  let answer: (uploadId: string) => Promise<void> = () => Promise.resolve();
  let mayRun = true;
  const sweeper: Sweeper = createSweeper({
    owner,
    queue,
    clock,
    store: {
      abortUpload: async (_grant, _key, uploadId) => {
        await answer(uploadId);
        aborted.push(uploadId);
      },
    },
    backend: { openUploads: () => Promise.resolve([]) },
    grant: () => Promise.resolve(testGrant('http://127.0.0.1:1')),
    signal: new AbortController().signal,
    mayRun: () => mayRun,
    log: () => undefined,
  });
  return {
    clock,
    sweeper,
    aborted,
    /** An upload of a row that is gone. */
    giveUp: (uploadId: string) =>
      queue.ledger.begin({ id: 99, owner }, `key of ${uploadId}`, () => Promise.resolve(uploadId)),
    left: () => queue.ledger.abandoned(owner).map(({ uploadId }) => uploadId),
    answers: (next: typeof answer) => {
      answer = next;
    },
    pause: (paused: boolean) => {
      mayRun = !paused;
    },
  };
}

it('sweeps what was given up while it was sweeping', async () => {
  const test = setUp();
  await test.giveUp('u1');
  test.answers(async (uploadId) => {
    if (uploadId !== 'u1') return;
    await test.giveUp('u2');
    test.sweeper.poke();
  });
  test.sweeper.poke();
  await expect.poll(() => test.aborted).toEqual(['u1', 'u2']);
  await expect.poll(test.left).toEqual([]);
});

it('tries again after a minute what failed, though nothing else happens, and not before', async () => {
  const test = setUp();
  await test.giveUp('u1');
  let asked = 0;
  test.answers(() => {
    asked++;
    return Promise.reject(new StoreError(503, 'SlowDown', '1', null));
  });
  test.sweeper.poke();
  await expect.poll(() => test.clock.pending).toBe(1);
  test.sweeper.poke();
  test.clock.advance(59_000);
  expect([asked, test.left()]).toEqual([1, ['u1']]);
  test.answers(() => Promise.resolve());
  test.clock.advance(1_000);
  await expect.poll(test.left).toEqual([]);
});

it('lets no upload that the store will not abort hold up the others', async () => {
  const test = setUp();
  for (const uploadId of ['u1', 'u2', 'u3']) await test.giveUp(uploadId);
  test.answers((uploadId) =>
    uploadId === 'u1' ? Promise.reject(new StoreError(403, 'AccessDenied', '1', null)) : Promise.resolve(),
  );
  test.sweeper.poke();
  // It is tried again, with whatever is there by then.
  await expect.poll(() => test.clock.pending).toBe(1);
  expect([test.aborted, test.left()]).toEqual([['u2', 'u3'], ['u1']]);
});

it('asks for nothing more once the store is away', async () => {
  const test = setUp();
  for (const uploadId of ['u1', 'u2']) await test.giveUp(uploadId);
  let asked = 0;
  test.answers(() => {
    asked++;
    return Promise.reject(new StoreError(500, 'InternalError', '1', null));
  });
  test.sweeper.poke();
  await expect.poll(() => test.clock.pending).toBe(1);
  expect(asked).toBe(1);
});

it('rests while everything is paused, and leaves no timer when it is stopped', async () => {
  const test = setUp();
  await test.giveUp('u1');
  test.pause(true);
  test.sweeper.poke();
  await test.sweeper.stop();
  expect(test.left()).toEqual(['u1']);
  test.pause(false);
  test.answers(() => Promise.reject(new StoreError(500, 'InternalError', '1', null)));
  test.sweeper.poke();
  await test.sweeper.stop();
  expect(test.clock.pending).toBe(0);
});
