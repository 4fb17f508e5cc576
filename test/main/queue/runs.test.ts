import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { endedRun } from '../../../main/engine/run-watch.ts';
import { runSql } from '../../../main/queue/runs.ts';
import type { IntakeReport, RunReport } from '../../../preload/contract/model.ts';
import { inspectedPhoto, newPhoto, openQueue, owner, type TestQueue } from '../../support/queue.ts';
import { tempDir } from '../../support/temp-dir.ts';

const noWalk = { report: (): IntakeReport | null => null };

interface Rig extends TestQueue {
  ended: () => RunReport | null;
  /** Claims a row and lets this become of it. */
  through: (id: number, became: 'stored' | 'duplicate' | 'blocked') => void;
}
function open(file?: string): Rig {
  const test = openQueue(file);
  const { queue } = test;
  return {
    ...test,
    ended: () => endedRun({ ...test, intake: noWalk }, owner),
    through: (id, became) => {
      queue.claim(owner, 'inspecting', 1);
      if (became === 'blocked') {
        queue.move([{ id, event: { type: 'blocked', reason: 'missing' } }]);
        return;
      }
      const inspected = inspectedPhoto(id);
      queue.move([{ id, event: { type: 'advanced', to: 'checking' }, facts: { inspected } }]);
      queue.claim(owner, 'checking', 1);
      const facts = { photoId: `p${id}`, ...(became === 'duplicate' ? { duplicateOf: 'other.jpg' } : {}) };
      queue.move([{ id, event: { type: 'stored' }, facts }]);
    },
  };
}

describe('a run', () => {
  it('ends when nothing is left, and tells what became of everything', () => {
    const { queue, time, ended, through } = open();
    queue.add(owner, [newPhoto(1, 10), newPhoto(2, 20), newPhoto(3, 30), newPhoto(4, 40)]);
    // Nobody has begun yet.
    expect(queue.runs.isOpen(owner)).toBe(false);
    through(1, 'stored');
    const startedAt = time.now;
    time.now += 5_000;
    expect(ended()).toBeNull();
    through(2, 'stored');
    through(3, 'duplicate');
    through(4, 'blocked');
    const report = ended();
    expect(report).toEqual({
      id: 1,
      startedAt,
      endedAt: time.now,
      queued: 4,
      stored: 2,
      duplicates: 1,
      attention: 1,
      waiting: 0,
      bytes: 200,
    });
    expect(ended()).toBeNull();
    expect(queue.runs.last(owner)).toEqual(report);
    expect(queue.runs.last('bob')).toBeNull();
  });

  it('goes on while a row is worked on, has a later try, or a walk is under way', () => {
    const { queue, pages, time, ended, through } = open();
    queue.add(owner, [newPhoto(1), newPhoto(2)]);
    through(1, 'stored');
    queue.claim(owner, 'inspecting', 1);
    expect(ended()).toBeNull();
    queue.move([
      { id: 2, event: { type: 'failed', reason: 'network', nextTryAt: time.now + 1_000, penalty: true } },
    ]);
    expect(ended()).toBeNull();
    time.now += 1_000;
    through(2, 'stored');
    const walk = { report: () => ({ running: true }) as IntakeReport };
    expect(endedRun({ queue, pages, intake: walk }, owner)).toBeNull();
    expect(ended()).toMatchObject({ stored: 2 });
  });

  it('ends although paused rows are left, and counts them', () => {
    const { queue, ended, through } = open();
    queue.add(owner, [newPhoto(1), newPhoto(2), newPhoto(3)]);
    queue.hold(owner, [3], true);
    through(1, 'stored');
    queue.claim(owner, 'inspecting', 1);
    queue.move([
      { id: 2, event: { type: 'parked', reason: 'volume_missing' }, facts: { waitsAt: '/media/card' } },
    ]);
    expect(ended()).toMatchObject({ queued: 3, stored: 1, waiting: 2 });
  });

  it('takes back what needed somebody once it goes on or is gone, each in its own run', () => {
    const { queue, ended, through } = open();
    queue.add(owner, [newPhoto(1), newPhoto(2), newPhoto(3)]);
    through(1, 'blocked');
    through(2, 'blocked');
    through(3, 'blocked');
    queue.remove(owner, [3]);
    queue.retry(owner, [1]);
    through(1, 'stored');
    expect(ended()).toMatchObject({ queued: 2, stored: 1, attention: 1 });
    // What an earlier run left is none of the next one's.
    queue.add(owner, [newPhoto(4)]);
    through(4, 'blocked');
    queue.retry(owner, [2]);
    through(2, 'stored');
    expect(ended()).toMatchObject({ queued: 2, stored: 1, attention: 1 });
  });

  it('is not told of when nothing came of it', () => {
    const { queue, ended } = open();
    queue.add(owner, [newPhoto(1)]);
    queue.claim(owner, 'inspecting', 1);
    queue.remove(owner, [1]);
    expect(ended()).toBeNull();
    expect(queue.runs.last(owner)).toBeNull();
    expect(queue.runs.isOpen(owner)).toBe(false);
  });

  it('goes on after a crash with what it had counted', () => {
    const file = path.join(tempDir(), 'queue.sqlite');
    const first = open(file);
    first.queue.add(owner, [newPhoto(1), newPhoto(2)]);
    first.through(1, 'stored');
    first.queue.claim(owner, 'inspecting', 1);
    // As a killed process leaves it.
    first.database.db.close();
    const second = open(file);
    second.queue.releaseAll('ready');
    expect(second.queue.runs.isOpen(owner)).toBe(true);
    expect(second.ended()).toBeNull();
    second.through(2, 'stored');
    expect(second.ended()).toMatchObject({ id: 1, queued: 2, stored: 2 });
    second.database.close();
    expect(open(file).queue.runs.last(owner)).toMatchObject({ id: 1, stored: 2 });
  });

  it('keeps the newest fifty of an owner, and none of one who is gone', () => {
    const { queue, database, ended, through } = open();
    queue.add('bob', [newPhoto(1)]);
    queue.claim('bob', 'inspecting', 1);
    for (let run = 2; run <= 54; run++) {
      queue.add(owner, [newPhoto(run)]);
      through(run, 'blocked');
      expect(ended()).not.toBeNull();
    }
    const count = (): unknown =>
      database.db.prepare('SELECT owner, count(*) AS runs FROM run GROUP BY owner').all();
    expect(count()).toEqual([
      { owner, runs: 50 },
      { owner: 'bob', runs: 1 },
    ]);
    queue.runs.forget(owner);
    expect(count()).toEqual([{ owner: 'bob', runs: 1 }]);
  });
});

it.each(Object.entries(runSql))('walks no table: %s', (_name, sql) => {
  const plan = openQueue()
    .database.db.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
    .all({ owner, now: 1 })
    .map(({ detail }) => detail);
  expect(plan.filter((detail) => /SCAN (?!CONSTANT)/.test(detail))).toEqual([]);
});
