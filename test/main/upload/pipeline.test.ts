import { describe, expect, it } from 'vitest';
import type { Step } from '../../../preload/contract/model.ts';
import type { Photo } from '../../../main/queue/photo-queue.ts';
import type { RowEvent } from '../../../main/queue/transition.ts';
import { createPipeline, type Service, type StageOptions } from '../../../main/upload/pipeline.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { newPhoto, openQueue, owner } from '../../support/queue.ts';

const next: Partial<Record<Step, Exclude<Step, 'inspecting'>>> = {
  inspecting: 'checking',
  checking: 'sending',
  sending: 'confirming',
};

/** A pipeline over a real queue, whose work ends when the test says so. */
function setUp({ photos = 6, rows = 2, ahead = 2, bytesAhead = Infinity, size = 100 } = {}) {
  const { queue } = openQueue();
  const clock = fakeClock();
  queue.add(
    owner,
    Array.from({ length: photos }, (_, index) => newPhoto(index + 1, size)),
  );
  const test = {
    queue,
    paused: false,
    allowed: Infinity,
    /** Ids in the order in which each step began with them. */
    begun: { inspecting: [], checking: [], sending: [], confirming: [] } as Record<Step, number[]>,
    /** What the check for duplicates was told whenever it might have lingered. */
    toSend: [] as number[],
    open: new Map<number, () => void>(),
    /** Lets everything that is due happen. */
    settle: async (): Promise<void> => {
      for (let turn = 0; turn < 5; turn++) {
        clock.advance(1);
        await new Promise(setImmediate);
      }
    },
    /** Ends the work on these rows with their next step, or with this event. */
    finish: async (ids: readonly number[], event?: RowEvent): Promise<void> => {
      for (const id of ids) {
        const step = queue.get(id)?.step ?? 'confirming';
        const to = next[step];
        const outcome: RowEvent = event ?? (to === undefined ? { type: 'stored' } : { type: 'advanced', to });
        pipeline.hand(queue.move([{ id, event: outcome }], pipeline.takes));
        test.open.get(id)?.();
      }
      pipeline.wake();
      await test.settle();
    },
    statuses: (): string[] =>
      Array.from({ length: photos }, (_, index) => {
        const photo = queue.get(index + 1);
        return photo === null ? 'gone' : `${photo.status} ${photo.step}`;
      }),
  };
  const stage = (step: Step, service: Service, more: Partial<StageOptions> = {}): StageOptions => ({
    lane: 'small',
    together: false,
    rows: () => rows,
    low: () => rows - 1,
    lingerMs: () => 0,
    service,
    run: async (some: Photo[]) => {
      test.begun[step].push(...some.map(({ id }) => id));
      for (const { id } of some) await new Promise<void>((resolve) => test.open.set(id, resolve));
    },
    ...more,
  });
  const waiting = { ahead: { rows: ahead, bytes: () => bytesAhead } };
  const pipeline = createPipeline(
    {
      owner,
      queue,
      clock,
      allows: () => test.allowed,
      mayRun: (service) => service === null || !test.paused,
      onFailure: (error) => {
        throw error;
      },
    },
    {
      inspecting: [
        stage('inspecting', null),
        stage('inspecting', null, { lane: 'large', rows: () => 1, low: () => 0 }),
      ],
      checking: [
        stage('checking', 'backend', {
          ...waiting,
          rows: () => 10,
          low: () => 9,
          lingerMs: (toSend) => {
            test.toSend.push(toSend);
            return 0;
          },
        }),
      ],
      sending: [
        stage('sending', 'store', waiting),
        stage('sending', 'store', { lane: 'large', rows: () => 1, low: () => 0 }),
      ],
      confirming: [stage('confirming', 'backend')],
    },
  );
  pipeline.wake();
  return { ...test, test, pipeline };
}

describe('a row that is through with a step', () => {
  it('goes on with the next without a way through the queue', async () => {
    const { test, settle, finish, statuses } = setUp({ photos: 1 });
    await settle();
    await finish([1]);
    expect(statuses()).toEqual(['active checking']);
    expect(test.begun.checking).toEqual([1]);
    await finish([1]);
    expect(test.begun.sending).toEqual([1]);
  });

  it('waits in the queue where the next stage has enough before it, and keeps its place there', async () => {
    const { test, settle, finish, statuses } = setUp();
    await settle();
    for (const ids of [
      [1, 2],
      [3, 4],
      [5, 6],
    ])
      await finish(ids);
    expect(test.begun.checking).toEqual([1, 2, 3, 4, 5, 6]);
    await finish([1, 2]);
    await finish([3, 4, 5, 6]);
    // Two are being sent, two wait for them, and the others take no more than their place in the queue.
    expect(test.begun.sending).toEqual([1, 2]);
    expect(statuses().slice(2)).toEqual([
      'active sending',
      'active sending',
      'waiting sending',
      'waiting sending',
    ]);
    await finish([1, 2]);
    await finish([3, 4]);
    expect(test.begun.sending).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('may gather for longer the more there is to be sent', async () => {
    const { test, settle, finish } = setUp({ photos: 4 });
    await settle();
    await finish([1, 2]);
    expect(Math.max(...test.toSend)).toBe(0);
    await finish([1, 2]);
    await finish([3, 4]);
    await finish([3, 4]);
    // Two are being sent, two stand before that.
    expect(test.toSend.at(-1)).toBe(4);
  });

  it('overtakes nothing that waits in the queue for the same step', async () => {
    const { test, queue, settle, finish } = setUp({ photos: 4, rows: 1, ahead: 1 });
    await settle();
    for (const id of [1, 2, 3]) await finish([id]);
    await finish([1, 2, 3]);
    // 2 was handed on, 3 was too much and waits; 4 comes when there is room before the stage again.
    expect(queue.get(3)?.status).toBe('waiting');
    await finish([1]);
    await finish([4]);
    await finish([4]);
    expect(queue.get(4)?.status).toBe('waiting');
    await finish([2]);
    await finish([3]);
    expect(test.begun.sending).toEqual([1, 2, 3, 4]);
  });

  it('waits in the queue where what stands before the next stage has too many bytes', async () => {
    const { settle, finish, statuses } = setUp({
      photos: 3,
      rows: 1,
      ahead: 9,
      size: 1_000,
      bytesAhead: 900,
    });
    await settle();
    for (const id of [1, 2, 3]) await finish([id]);
    await finish([1]);
    await finish([2, 3]);
    expect(statuses()).toEqual(['active sending', 'active sending', 'waiting sending']);
  });

  it('waits in the queue when it is large, and the step has a lane of its own for those', async () => {
    const { pipeline, settle, finish } = setUp({ photos: 1 });
    await settle();
    await finish([1]);
    expect(pipeline.takes('sending', 100)).toBe(true);
    expect(pipeline.takes('sending', 17 * 1024 * 1024)).toBe(false);
  });

  it('waits in the queue while its next service is paused, has an outage, or a person holds the row', async () => {
    const { test, queue, settle, finish, statuses } = setUp({ photos: 3, rows: 3, ahead: 9 });
    await settle();
    test.paused = true;
    await finish([1]);
    expect(statuses()[0]).toBe('waiting checking');
    test.paused = false;
    test.allowed = 0;
    await finish([2]);
    expect(statuses()[1]).toBe('waiting checking');
    test.allowed = Infinity;
    queue.hold(owner, [3], true);
    await finish([3]);
    expect(statuses()).toEqual(['active checking', 'active checking', 'waiting checking']);
  });
});

describe('what was handed on and is not begun', () => {
  async function handedOn() {
    const test = setUp({ photos: 3, rows: 1, ahead: 9 });
    await test.settle();
    for (const id of [1, 2, 3]) await test.finish([id]);
    await test.finish([1, 2, 3]);
    expect(test.statuses()).toEqual(['active sending', 'active sending', 'active sending']);
    return test;
  }
  const idsOf = (photos: readonly Photo[]): number[] => photos.map(({ id }) => id);

  it('is given back for a pause, and not begun by it', async () => {
    const { test, pipeline, finish } = await handedOn();
    expect(idsOf(pipeline.giveBack())).toEqual([]);
    test.paused = true;
    expect(idsOf(pipeline.giveBack())).toEqual([2, 3]);
    expect(idsOf(pipeline.giveBack())).toEqual([]);
    await finish([1]);
    expect(test.begun.sending).toEqual([1]);
  });

  it('is given back for an outage', async () => {
    const { test, pipeline } = await handedOn();
    test.allowed = 1;
    expect(idsOf(pipeline.giveBack())).toEqual([2, 3]);
  });

  it('is given back row by row, and the others go on', async () => {
    const { test, queue, pipeline, finish } = await handedOn();
    expect(idsOf(pipeline.giveBack(({ id }) => id === 2))).toEqual([2]);
    queue.move([{ id: 2, event: { type: 'released', reason: 'ready' } }]);
    queue.prioritise(owner, [2]);
    await finish([1]);
    await finish([3]);
    expect(test.begun.sending).toEqual([1, 3, 2]);
  });
});
