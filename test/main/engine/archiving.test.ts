import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createArchiving, keptMs } from '../../../main/engine/archiving.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { writePhoto } from '../../support/photo-files.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { TestEngine } from '../../support/test-engine.ts';
import { openTestSandbox, subOf, type TestSandbox } from '../../support/test-sandbox.ts';

describe('what is long done', () => {
  it('is moved once the queue has rested, at most once a day, and only while it rests', async () => {
    const clock = fakeClock();
    const asked: [string, number][] = [];
    let resting: string | null = 'ada';
    let left = 3;
    const archiving = createArchiving({
      queue: {
        archive: {
          move: (owner: string, after: number, before: number) => {
            asked.push([owner, before]);
            left--;
            return { moved: 1, next: left > 0 ? after + 1 : null };
          },
        } as never,
      },
      clock,
      resting: () => resting,
      onMoved: () => undefined,
      onDone: () => undefined,
      onFailure: (error) => {
        throw error;
      },
    });
    const turns = async (): Promise<void> => {
      for (let turn = 0; turn < 10; turn++) await nextTurn();
    };
    archiving.poke();
    clock.advance(59_999);
    await turns();
    expect(asked).toEqual([]);
    clock.advance(1);
    await turns();
    expect(asked).toEqual(Array.from({ length: 3 }, () => ['ada', clock.now() - keptMs]));
    archiving.poke();
    clock.advance(60_000);
    await turns();
    expect(asked).toHaveLength(3);
    clock.advance(24 * 60 * 60_000);
    left = 100;
    archiving.poke();
    clock.advance(60_000);
    await nextTurn();
    resting = null;
    await turns();
    expect(asked.length).toBeLessThan(6);
    archiving.stop();
    expect(clock.pending).toBe(0);
  });
});

describe('the history of the engine', () => {
  let sandbox: TestSandbox;
  beforeAll(async () => {
    sandbox = await openTestSandbox();
  });
  afterAll(() => sandbox.stop());

  it('takes what is uploaded when somebody asks, knows it when it is dropped again, and goes with its owner', async () => {
    const engine = await new TestEngine(sandbox, tempDir()).open();
    const folder = tempDir();
    for (let index = 0; index < 5; index++)
      await writePhoto(path.join(folder, `${index}.jpg`), 430_000 + index, 64);
    await engine.drop(folder);
    await engine.until(({ done, decoding }) => done.count === 5 && !decoding);
    const { id } = engine.row('3.jpg');
    expect(await engine.call['queue.archive']()).toBe(5);
    expect(engine.summary()).toMatchObject({ all: { count: 0 }, history: { count: 5 } });
    const found = await engine.call['queue.page']({
      filter: 'history',
      sort: 'name',
      search: '3.jpg',
      offset: 0,
      limit: 10,
    });
    expect(found).toMatchObject({ total: 1, rows: [{ id, fileName: '3.jpg', archived: true }] });
    expect(await engine.call['queue.details'](id)).toMatchObject({
      row: { id },
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(await engine.call['media.thumbnail'](id)).toBeInstanceOf(Uint8Array);
    expect(await engine.call['media.place'](id)).toBe(path.join(folder, '3.jpg'));
    expect((await engine.drop(folder)).intake).toMatchObject({
      queued: 0,
      skipped: [{ reason: 'already_stored', count: 5 }],
    });
    await engine.signIn('second');
    expect(engine.summary().history.count).toBe(0);
    expect(await engine.call['media.thumbnail'](id)).toBeNull();
    await engine.call['queue.removeOwner'](subOf('demo'));
    await engine.signIn('demo');
    expect(engine.summary().history.count).toBe(0);
    await engine.stop();
  });
});
