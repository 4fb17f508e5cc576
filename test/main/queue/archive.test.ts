import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { archiveRows, archiveSql } from '../../../main/queue/archive.ts';
import { detailsSql } from '../../../main/engine/details.ts';
import { createSelection } from '../../../main/queue/selection.ts';
import type { Page, PageRequest } from '../../../preload/contract/model.ts';
import { inspectedPhoto, newPhoto, openQueue, owner, pageNow, type TestQueue } from '../../support/queue.ts';
import { tempDir } from '../../support/temp-dir.ts';

const marks = { bytesSent: () => 0, selected: () => false };
const history: PageRequest = { filter: 'history', sort: 'added', offset: 0, limit: 500 };

/** A queue in which the first `done` of `count` photos are stored. */
function storedQueue(count: number, done = count, file?: string): TestQueue {
  const test = openQueue(file);
  const { queue } = test;
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  queue.add(
    owner,
    numbers.map((number) => newPhoto(number)),
  );
  const some = numbers.slice(0, done);
  queue.claim(owner, 'inspecting', done);
  queue.move(
    some.map((id) => ({
      id,
      event: { type: 'advanced', to: 'checking' },
      facts: { inspected: { ...inspectedPhoto(id), decoded: true } },
    })),
  );
  queue.claim(owner, 'checking', done);
  queue.move(
    some.map((id) => ({
      id,
      event: { type: 'stored' },
      facts: { photoId: `p${id}`, ...(id === 2 ? { duplicateOf: 'other.jpg' } : {}) },
    })),
  );
  return test;
}

/** Everything that is ripe, as the engine does it; returns how many were moved at a time. */
function moveAll({ queue, time }: TestQueue, before = time.now, who = owner): number[] {
  const moved: number[] = [];
  for (let after: number | null = 0; after !== null;) {
    const step = queue.archive.move(who, after, before);
    moved.push(step.moved);
    after = step.next;
  }
  return moved;
}

const names = ({ rows }: Page): string[] => rows.map(({ fileName }) => fileName);

describe('the history', () => {
  it('takes what is done, in batches, and the counters with it', () => {
    const test = storedQueue(archiveRows + 3, archiveRows + 2);
    expect(moveAll(test)).toEqual([archiveRows, 2]);
    const count = archiveRows + 2;
    expect(test.pages.tallies(owner)).toMatchObject({
      all: { count: 1, bytes: 100 },
      done: { count: 0 },
      duplicate: { count: 0 },
      history: { count, bytes: 100 * count },
    });
    expect(moveAll(test)).toEqual([0]);
    const { total, rows } = pageNow(test.pages, { ...history, limit: 2 });
    expect(total).toBe(count);
    expect(rows).toMatchObject([
      {
        id: 1,
        fileName: '000001.jpg',
        folder: '/photos',
        size: 100,
        bytesSent: 100,
        archived: true,
        state: { kind: 'done', duplicateOf: null },
        takenAt: '2024-05-06T07:08:09+02:00',
        addedAt: test.time.now,
        doneAt: test.time.now,
      },
      { id: 2, state: { kind: 'done', duplicateOf: 'other.jpg' } },
    ]);
  });

  it('leaves what is not done, done too lately, not decoded yet, or somebody else’s', () => {
    const test = storedQueue(4, 3);
    const { database, queue, pages, time } = test;
    database.db.exec(
      'UPDATE photo SET done_at = done_at + 1000 WHERE id = 1; UPDATE photo SET decoded = 0 WHERE id = 2',
    );
    expect(moveAll(test, time.now, 'bob')).toEqual([0]);
    expect(moveAll(test)).toEqual([1]);
    expect(names(pageNow(pages, history))).toEqual(['000003.jpg']);
    expect(queue.get(1)?.status).toBe('done');
    expect(pageNow(pages, history, undefined, 'bob').total).toBe(0);
  });

  it('is still there after a crash, and no row is in both places', () => {
    const file = path.join(tempDir(), 'queue.sqlite');
    const first = storedQueue(6, 4, file);
    moveAll(first);
    // As a killed process leaves it.
    first.database.db.close();
    const { database, pages } = openQueue(file);
    expect(pages.tallies(owner)).toMatchObject({ all: { count: 2 }, history: { count: 4 } });
    expect(database.db.prepare('SELECT count(*) FROM photo JOIN history USING (id)').pluck().get()).toBe(0);
  });

  it('moves all of a batch or nothing', () => {
    const test = storedQueue(3);
    test.database.db.exec(
      `CREATE TRIGGER refused BEFORE DELETE ON photo WHEN old.id = 3 BEGIN SELECT raise(ABORT, 'refused'); END`,
    );
    expect(() => moveAll(test)).toThrow('refused');
    expect(test.pages.tallies(owner)).toMatchObject({ done: { count: 3 }, history: { count: 0 } });
  });

  it('recognises its files when they are added again, and takes those that have changed', () => {
    const test = storedQueue(3);
    const { queue, pages } = test;
    moveAll(test);
    const changed = newPhoto(2);
    changed.stat = { ...changed.stat, mtimeNs: '1700000000999999999' };
    expect(queue.add(owner, [newPhoto(1), changed, newPhoto(4), newPhoto(3)])).toEqual([
      'already_stored',
      'queued',
      'queued',
      'already_stored',
    ]);
    expect(pages.tallies(owner)).toMatchObject({ all: { count: 2 }, history: { count: 3 } });
    // What it is to one person says nothing to another.
    expect(queue.add('bob', [newPhoto(1)])).toEqual(['queued']);
    // Both contents of the changed file are remembered.
    for (const step of ['inspecting', 'checking'] as const) {
      const [row] = queue.claim(owner, step, 1);
      const id = row?.id ?? 0;
      queue.move([
        step === 'inspecting'
          ? {
              id,
              event: { type: 'advanced', to: 'checking' },
              facts: { inspected: { ...inspectedPhoto(9), stat: changed.stat, decoded: true } },
            }
          : { id, event: { type: 'stored' } },
      ]);
    }
    expect(moveAll(test)).toEqual([1]);
    expect(queue.add(owner, [newPhoto(2), changed])).toEqual(['already_stored', 'already_stored']);
  });

  it('is searched and sorted like the queue, each without the other’s rows', async () => {
    const test = storedQueue(30, 20);
    moveAll(test);
    const page = (request: Partial<PageRequest>): Promise<Page> =>
      Promise.resolve(test.pages.page(owner, { ...history, ...request }, marks));
    expect(names(await page({ search: '00001' }))).toHaveLength(11);
    expect(names(await page({ search: '00001', filter: 'done' }))).toEqual([]);
    expect(names(await page({ sort: 'name', descending: true }))[0]).toBe('000020.jpg');
    expect(names(await page({ sort: 'name', descending: true, filter: 'all' }))[0]).toBe('000030.jpg');
    expect((await page({ sort: 'taken', search: '000007' })).total).toBe(1);
    expect((await page({ sort: 'state' })).total).toBe(20);
    expect((await page({ sort: 'size', filter: 'done' })).total).toBe(0);
  });

  it.each([
    [{}, [4, 5, 1, 2, 3]],
    [{ descending: true }, [5, 4, 3, 2, 1]],
    [{ sort: 'name', descending: true }, [5, 4, 3, 2, 1]],
    // One without a date before those that have one: it is in the queue.
    [{ sort: 'taken' }, [4, 5, 1, 2, 3]],
    [{ sort: 'state' }, [4, 5, 1, 2, 3]],
  ] as const)('stands behind the queue in a search of everything: %j', async (view, ids) => {
    const test = storedQueue(5, 3);
    moveAll(test);
    const request = {
      filter: 'all',
      sort: 'added',
      search: 'photos',
      offset: 0,
      limit: 50,
      ...view,
    } as const;
    const page = (more: Partial<PageRequest> = {}): Promise<Page> =>
      Promise.resolve(test.pages.page(owner, { ...request, ...more }, marks));
    const { total, rows } = await page();
    expect([total, rows.map(({ id }) => id)]).toEqual([5, ids]);
    expect(rows.map(({ archived }) => archived)).toEqual([false, false, true, true, true]);
    // Also from page to page, and never without a search.
    expect((await page({ offset: 1, limit: 3 })).rows.map(({ id }) => id)).toEqual(ids.slice(1, 4));
    expect((await page({ search: '' })).total).toBe(2);
  });

  it('can be selected and taken out of', async () => {
    const test = storedQueue(5, 4);
    moveAll(test);
    const { database, pages, queue } = test;
    const selection = createSelection(database.db, pages);
    const view = { filter: 'history', sort: 'added', descending: false, search: '' } as const;
    await selection.change(owner, { kind: 'all', view });
    expect(await selection.tallies(owner)).toMatchObject({ count: 4, bytes: 400, done: 4, going: 0 });
    queue.remove('bob', [1]);
    queue.remove(owner, [1, 2]);
    expect(pages.tallies(owner)).toMatchObject({ all: { count: 1 }, history: { count: 2 } });
    expect(queue.archive.someOf(owner, 10)).toEqual([3, 4]);
    expect(queue.archive.file(owner, 3)).toEqual({ path: newPhoto(3).path, contentType: 'image/jpeg' });
    expect(queue.archive.file('bob', 3)).toBeNull();
  });

  it.each([...Object.entries(archiveSql), ['details', detailsSql.more] as const])(
    'walks no table: %s',
    (_name, sql) => {
      const values = Object.fromEntries(
        [...sql.matchAll(/@(\w+)/g)].map(([, name = '']) => [
          name,
          name === 'batch' || name === 'ids' ? '[]' : 1,
        ]),
      );
      const plan = openQueue()
        .database.db.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
        .all(values)
        .map(({ detail }) => detail);
      expect(plan.filter((detail) => /SCAN (?!json_each|batch)/.test(detail))).toEqual([]);
      expect(plan.join('\n')).not.toContain('TEMP B-TREE');
    },
  );
});
