import { describe, expect, it } from 'vitest';
import { createIdSet } from '../../../main/queue/id-set.ts';
import { createSelection, selectedSql, type SelectionKeeper } from '../../../main/queue/selection.ts';
import type { SelectionChange, View } from '../../../preload/contract/model.ts';
import { newPhoto, openQueue, owner, type TestQueue } from '../../support/queue.ts';

const view: View = { filter: 'all', sort: 'added', descending: false, search: '' };

function openSelection(rows: number): TestQueue & {
  selection: SelectionKeeper;
  after: (...changes: SelectionChange[]) => Promise<number[]>;
} {
  const test = openQueue();
  test.queue.add(
    owner,
    Array.from({ length: rows }, (_, index) => newPhoto(index + 1, 10)),
  );
  const selection = createSelection(test.database.db, test.pages);
  return {
    ...test,
    selection,
    after: async (...changes) => {
      for (const change of changes) await selection.change(owner, change);
      return [...selection.slices()].flat();
    },
  };
}

describe('a selection', () => {
  const one = (id: number, toggle = false): SelectionChange => ({ kind: 'one', id, toggle });
  const range = (from: number, to: number, add = false): SelectionChange => ({
    kind: 'range',
    view,
    from,
    to,
    add,
  });

  it.each<[string, SelectionChange[], number[]]>([
    ['one row alone', [one(2), one(3)], [3]],
    ['one more', [one(2), one(4, true)], [2, 4]],
    ['one less', [one(2), one(4, true), one(2, true)], [4]],
    ['a range, from either end', [range(4, 2)], [2, 3, 4]],
    ['a range alone', [one(1), range(2, 3)], [2, 3]],
    ['a range with the rest', [one(1), range(3, 4, true)], [1, 3, 4]],
    ['what is left of a range of which an end is gone', [range(3, 999)], [3]],
    ['all', [{ kind: 'all', view }], [1, 2, 3, 4, 5]],
    ['all but one', [{ kind: 'all', view }, one(3, true)], [1, 2, 4, 5]],
    ['nothing', [{ kind: 'all', view }, { kind: 'none' }], []],
  ])('of %s', async (_name, changes, expected) => {
    expect(await openSelection(5).after(...changes)).toEqual(expected);
  });

  it('goes by the order and the search of the view', async () => {
    const { after } = openSelection(30);
    const found = { ...view, search: '00002', descending: true };
    expect(await after({ kind: 'all', view: found })).toEqual([2, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29]);
    expect(await after({ kind: 'range', view: found, from: 28, to: 26, add: false })).toEqual([26, 27, 28]);
  });

  it('means the rows that were there, of nobody else', async () => {
    const { queue, after, selection } = openSelection(2);
    await after({ kind: 'all', view });
    queue.add(owner, [newPhoto(9)]);
    queue.remove(owner, [1]);
    expect(await selection.tallies(owner)).toMatchObject({ count: 1 });
    expect(await selection.tallies('bob')).toMatchObject({ count: 0 });
  });

  it('tells what each action is about', async () => {
    const { queue, after, selection, time } = openSelection(2_500);
    queue.hold(owner, [2_500], true);
    queue.claim(owner, 'inspecting', 4);
    queue.move([
      { id: 1, event: { type: 'stored' } },
      { id: 2, event: { type: 'blocked', reason: 'missing' } },
      { id: 3, event: { type: 'failed', reason: 'network', nextTryAt: time.now + 9, penalty: true } },
    ]);
    await after({ kind: 'all', view });
    expect(await selection.tallies(owner)).toEqual({
      count: 2_500,
      bytes: 25_000,
      going: 2_497,
      held: 1,
      retriable: 2,
      done: 1,
    });
  });

  it('finds its rows by their ids', () => {
    const plan = openQueue()
      .database.db.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${selectedSql}`)
      .all({ ids: '[]', owner });
    expect(plan.map(({ detail }) => detail)).toContain('SEARCH photo USING INTEGER PRIMARY KEY (rowid=?)');
  });
});

describe('a set of ids', () => {
  it('agrees with a Set, whatever is done to it', () => {
    const [ours, theirs] = [createIdSet(), new Set<number>()];
    let seed = 7;
    for (let n = 0; n < 5_000; n += 1) {
      seed = (seed * 48_271) % 2_147_483_647;
      const id = 1 + (seed % 3_000);
      const verb = n % 3 === 0 ? 'delete' : 'add';
      ours[verb](id);
      theirs[verb](id);
    }
    expect(ours.size).toBe(theirs.size);
    expect([...ours.slices(7)].flat()).toEqual([...theirs].sort((a, b) => a - b));
    expect([...ours.slices(7)].every((slice) => slice.length <= 7)).toBe(true);
    ours.clear();
    expect([ours.size, ours.has(1)]).toEqual([0, false]);
  });
});
