import { describe, expect, it } from 'vitest';
import { createStage, type Stage } from '../../../main/upload/stage.ts';
import { deferred, type Deferred } from '../../support/deferred.ts';
import { fakeClock } from '../../support/fake-clock.ts';

interface Row {
  id: number;
  dueAt: number;
}

function setUp({ slots = 2, batch = 1, lingerMs = (): number => 0, together = true } = {}) {
  const clock = fakeClock();
  const test = {
    clock,
    rows: [] as Row[],
    mayRun: true,
    claims: 0,
    failures: [] as unknown[],
    begun: [] as number[][],
    working: new Map<number, Deferred<void>>(),
    stage: undefined as unknown as Stage,
    /** Ends the work on the batch that begins with this row. */
    finish: async (id: number): Promise<void> => {
      test.working.get(id)?.resolve();
      test.working.delete(id);
      // The stage hears of it in later microtasks.
      await Promise.resolve()
        .then(() => Promise.resolve())
        .then(() => Promise.resolve());
    },
  };
  test.stage = createStage<Row>({
    clock,
    onFailure: (error) => {
      test.failures.push(error);
    },
    lingerMs,
    together,
    room: () => (slots - test.working.size) * batch,
    mayRun: () => test.mayRun,
    claim: (limit) => {
      test.claims++;
      const due = test.rows.filter(({ dueAt }) => dueAt <= clock.now()).slice(0, Math.min(limit, batch));
      test.rows = test.rows.filter((row) => !due.includes(row));
      return due;
    },
    nextDueAt: () => test.rows.map(({ dueAt }) => dueAt).sort((a, b) => a - b)[0] ?? null,
    run: (rows) => {
      const work = deferred<void>();
      test.begun.push(rows.map(({ id }) => id));
      test.working.set(rows[0]?.id ?? 0, work);
      return work.promise;
    },
  });
  return test;
}

describe('a stage', () => {
  it('runs as many at a time as there is room for, and the next one when there is room again', async () => {
    const test = setUp();
    test.rows = [1, 2, 3, 4].map((id) => ({ id, dueAt: 0 }));
    test.stage.wake();
    test.clock.advance(0);
    expect(test.begun).toEqual([[1], [2]]);
    await test.finish(1);
    test.clock.advance(0);
    expect(test.begun).toEqual([[1], [2], [3]]);
    await test.finish(2);
    await test.finish(3);
    test.clock.advance(0);
    expect(test.begun).toEqual([[1], [2], [3], [4]]);
  });

  it('sleeps until the next row is due, without asking in between', () => {
    const test = setUp();
    test.rows = [{ id: 1, dueAt: test.clock.now() + 90_000 }];
    test.stage.wake();
    test.clock.advance(89_999);
    expect([test.begun, test.claims]).toEqual([[], 1]);
    test.clock.advance(1);
    expect(test.begun).toEqual([[1]]);
  });

  it('wakes earlier for a row that became due earlier', () => {
    const test = setUp();
    test.rows = [{ id: 1, dueAt: test.clock.now() + 90_000 }];
    test.stage.wake();
    test.clock.advance(1000);
    test.rows.push({ id: 2, dueAt: 0 });
    test.stage.wake();
    test.clock.advance(0);
    expect(test.begun).toEqual([[2]]);
    test.clock.advance(89_000);
    expect(test.begun).toEqual([[2], [1]]);
  });

  it('sets no timer longer than the system can hold', () => {
    const test = setUp();
    const day = 86_400_000;
    const waits: number[] = [];
    const { after } = test.clock;
    test.clock.after = (ms, callback) => {
      waits.push(ms);
      return after(ms, callback);
    };
    test.rows = [{ id: 1, dueAt: test.clock.now() + 30 * day }];
    test.stage.wake();
    test.clock.advance(0);
    expect(Math.max(...waits)).toBeLessThan(2 ** 31);
    test.clock.advance(30 * day);
    expect(test.begun).toEqual([[1]]);
  });

  it('lets a batch gather, however often it is woken', () => {
    const test = setUp({ batch: 100, lingerMs: () => 50 });
    for (let id = 1; id <= 5; id++) {
      test.rows.push({ id, dueAt: 0 });
      test.stage.wake();
      test.clock.advance(9);
    }
    expect(test.begun).toEqual([]);
    test.clock.advance(5);
    expect(test.begun).toEqual([[1, 2, 3, 4, 5]]);
  });

  it('waits no longer than the shortest of its wakes asks for', () => {
    const lingers = [250, 50, 250];
    const test = setUp({ batch: 100, lingerMs: () => lingers.shift() ?? 0 });
    test.rows = [{ id: 1, dueAt: 0 }];
    for (let wake = 0; wake < 3; wake++) {
      test.stage.wake();
      test.clock.advance(20);
    }
    expect(test.begun).toEqual([]);
    test.clock.advance(10);
    expect(test.begun).toEqual([[1]]);
  });

  it('claims nothing while it may not run, and holds no timer', () => {
    const test = setUp();
    test.rows = [{ id: 1, dueAt: 0 }];
    test.mayRun = false;
    test.stage.wake();
    test.clock.advance(1000);
    expect([test.claims, test.clock.pending]).toEqual([0, 0]);
    test.mayRun = true;
    test.stage.wake();
    test.clock.advance(0);
    expect(test.begun).toEqual([[1]]);
  });

  it('stops claiming, and is stopped when its last work has ended', async () => {
    const test = setUp();
    test.rows = [1, 2, 3].map((id) => ({ id, dueAt: 0 }));
    test.stage.wake();
    test.clock.advance(0);
    let stopped = false;
    const stopping = test.stage.stop().then(() => {
      stopped = true;
    });
    test.stage.wake();
    await test.finish(1);
    test.clock.advance(1000);
    expect([test.begun, stopped]).toEqual([[[1], [2]], false]);
    await test.finish(2);
    await stopping;
    expect([test.begun, test.clock.pending]).toEqual([[[1], [2]], 0]);
  });
});
