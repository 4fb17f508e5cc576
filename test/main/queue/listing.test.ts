import { describe, expect, it } from 'vitest';
import { encodePath } from '../../../main/lib/path-text.ts';
import { amongSql, walkSql } from '../../../main/queue/listing.ts';
import { createPages } from '../../../main/queue/pages.ts';
import type { Page, PageRequest, View } from '../../../preload/contract/model.ts';
import { deferred } from '../../support/deferred.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { inspectedPhoto, newPhoto, openQueue, owner, type TestQueue } from '../../support/queue.ts';

const noMarks = { bytesSent: () => 0, selected: () => false };
const plain: View = { filter: 'all', sort: 'added', descending: false, search: '' };

function page({ pages }: TestQueue, view: Partial<View>, place?: Partial<PageRequest>): Promise<Page> {
  return Promise.resolve(pages.page(owner, { ...plain, offset: 0, limit: 500, ...view, ...place }, noMarks));
}
async function names(test: TestQueue, view: Partial<View>): Promise<string[]> {
  return (await page(test, view)).rows.map(({ fileName }) => fileName);
}
function add({ queue }: TestQueue, ...files: [path: string | Buffer, size?: number][]): void {
  queue.add(
    owner,
    files.map(([file, size], index) => ({ ...newPhoto(index, size), path: encodePath(file) })),
  );
}
/** More rows than lie near both ends. */
function addMany({ queue }: TestQueue, count: number): void {
  queue.add(
    owner,
    Array.from({ length: count }, (_, index) => newPhoto(index + 1)),
  );
}

describe('a place far from both ends', () => {
  it.each([false, true])('has the rows that belong there (descending: %s)', async (descending) => {
    const test = openQueue();
    addMany(test, 9_000);
    for (const offset of [0, 1_999, 2_000, 2_001, 4_500, 6_990, 6_999, 7_001, 8_995]) {
      const found = await page(test, { descending }, { offset, limit: 10 });
      const expected = Array.from({ length: Math.min(10, 9_000 - offset) }, (_, n) =>
        descending ? 9_000 - offset - n : offset + n + 1,
      );
      expect(found).toMatchObject({ total: 9_000 });
      expect(found.rows.map(({ id }) => id)).toEqual(expected);
    }
  });

  it('is empty behind the end', async () => {
    const test = openQueue();
    addMany(test, 5_000);
    expect(await page(test, {}, { offset: 9_000, limit: 10 })).toEqual({ rows: [], total: 5_000 });
  });

  it('leaves out what was removed, with or without being told', async () => {
    const test = openQueue();
    addMany(test, 6_000);
    const at = { offset: 3_000, limit: 2 };
    await page(test, {}, at);
    test.queue.remove(owner, [3_001]);
    const after = await page(test, {}, at);
    expect(after.rows.map(({ id }) => id)).toEqual([3_002, 3_003]);
    expect(after.total).toBe(5_999);
  });
});

it('is listed to the end although rows are removed meanwhile, and then without them', async () => {
  const test = openQueue();
  addMany(test, 9_000);
  const listed = page(test, { search: 'photos' }, { offset: 1, limit: 2 });
  test.queue.remove(owner, [2]);
  test.pages.forget();
  const { rows, total } = await listed;
  expect(rows.map(({ id }) => id)).toEqual([3, 4]);
  expect(total).toBe(8_999);
});

describe('orders', () => {
  it('sorts by name as a person counts, by size, and by date with the undated last', async () => {
    const test = openQueue();
    add(test, ['/b/IMG_10.jpg', 30], ['/a/img_9.jpg', 10], ['/c/Äpfel.jpg', 20], ['/d/Zoo.jpg', 10]);
    expect(await names(test, { sort: 'name' })).toEqual(['Äpfel.jpg', 'img_9.jpg', 'IMG_10.jpg', 'Zoo.jpg']);
    expect(await names(test, { sort: 'size' })).toEqual(['img_9.jpg', 'Zoo.jpg', 'Äpfel.jpg', 'IMG_10.jpg']);
    expect(await names(test, { sort: 'size', descending: true })).toEqual([
      'IMG_10.jpg',
      'Äpfel.jpg',
      'Zoo.jpg',
      'img_9.jpg',
    ]);
    test.queue.claim(owner, 'inspecting', 3);
    test.queue.move(
      [1, 3].map((id) => ({
        id,
        event: { type: 'advanced', to: 'checking' },
        facts: {
          inspected: {
            ...inspectedPhoto(id),
            takenAt: `2024-05-0${9 - id}T07:08:09`,
            stat: newPhoto(id).stat,
          },
        },
      })),
    );
    expect(await names(test, { sort: 'taken' })).toEqual(['Äpfel.jpg', 'IMG_10.jpg', 'img_9.jpg', 'Zoo.jpg']);
    expect(await names(test, { sort: 'taken', descending: true })).toEqual([
      'IMG_10.jpg',
      'Äpfel.jpg',
      'img_9.jpg',
      'Zoo.jpg',
    ]);
  });

  it('knows of new rows and new dates in an order that it keeps', async () => {
    const test = openQueue();
    const clock = fakeClock();
    test.pages = createPages(test.database.db, { clock });
    add(test, ['/b.jpg'], ['/c.jpg']);
    expect(await names(test, { sort: 'name' })).toEqual(['b.jpg', 'c.jpg']);
    add(test, ['/a.jpg']);
    expect(await names(test, { sort: 'name', search: 'jpg' })).toEqual(['a.jpg', 'b.jpg', 'c.jpg']);
    expect(await names(test, { sort: 'taken' })).toEqual(['b.jpg', 'c.jpg', 'a.jpg']);
    test.queue.claim(owner, 'inspecting', 3);
    const inspected = { ...inspectedPhoto(3), stat: newPhoto(0).stat };
    test.queue.move([{ id: 3, event: { type: 'advanced', to: 'checking' }, facts: { inspected } }]);
    clock.advance(1_000);
    expect(await names(test, { sort: 'taken', search: 'jpg' })).toEqual(['a.jpg', 'b.jpg', 'c.jpg']);
  });

  it('sorts by state, what needs somebody first', async () => {
    const test = openQueue();
    add(test, ['/1'], ['/2'], ['/3'], ['/4']);
    test.queue.claim(owner, 'inspecting', 3);
    test.queue.move([
      { id: 1, event: { type: 'stored' } },
      { id: 3, event: { type: 'blocked', reason: 'missing' } },
    ]);
    expect(await names(test, { sort: 'state' })).toEqual(['3', '2', '4', '1']);
    expect(await names(test, { sort: 'state', filter: 'waiting' })).toEqual(['4']);
    expect(await names(test, { sort: 'name', filter: 'attention' })).toEqual(['3']);
  });

  it('sorts more rows than one turn takes', async () => {
    const test = openQueue();
    const count = 9_001;
    add(test, ...Array.from({ length: count }, (_, n): [string, number] => [`/${n}`, (n * 7_919) % count]));
    const { rows, total } = await page(test, { sort: 'size' }, { offset: 4_000, limit: 500 });
    expect(total).toBe(count);
    expect(rows.map(({ size }) => size)).toEqual(Array.from({ length: 500 }, (_, n) => 4_000 + n));
  });
});

describe('search', () => {
  it('finds words in name and folder, whatever their case and accents', async () => {
    const test = openQueue();
    add(
      test,
      ['/home/ada/Zürich 2024/IMG_1.JPG'],
      ['/home/ada/Lisbon/IMG_2.JPG'],
      ['/home/ada/Lisbon/100%.jpg'],
      [Buffer.from('/home/ada/M\xfcnchen/img_1.jpg', 'latin1')],
    );
    expect(await names(test, { search: 'zurich' })).toEqual(['IMG_1.JPG']);
    expect(await names(test, { search: 'ZÜRICH img' })).toEqual(['IMG_1.JPG']);
    expect(await names(test, { search: 'img_1 lisbon' })).toEqual([]);
    expect(await names(test, { search: '%' })).toEqual(['100%.jpg']);
    expect(await names(test, { search: 'nchen' })).toEqual(['img_1.jpg']);
    expect(await names(test, { search: 'img', sort: 'name', descending: true })).toEqual([
      'IMG_2.JPG',
      'img_1.jpg',
      'IMG_1.JPG',
    ]);
  });

  it('looks within the filter alone, and among nobody else’s rows', async () => {
    const test = openQueue();
    add(test, ['/a/1.jpg'], ['/a/2.jpg']);
    test.queue.add('bob', [newPhoto(1)]);
    test.queue.claim(owner, 'inspecting', 1);
    expect(await names(test, { search: 'jpg', filter: 'waiting' })).toEqual(['2.jpg']);
    expect(await names(test, { search: 'photos' })).toEqual([]);
  });

  it('finds a file where it was moved to', async () => {
    const test = openQueue();
    add(test, ['/home/ada/Lisbon/1.jpg']);
    test.queue.claim(owner, 'inspecting', 1);
    const event = { type: 'restarted', reason: 'file_changed', nextTryAt: 0, strike: false } as const;
    test.queue.move([{ id: 1, event, facts: { place: { path: '/home/ada/Zürich/1.jpg', volume: 0 } } }]);
    expect(await names(test, { search: 'zurich' })).toEqual(['1.jpg']);
    expect(await names(test, { search: 'lisbon' })).toEqual([]);
  });

  it('gives up a search when another one begins', async () => {
    const test = openQueue();
    addMany(test, 9_000);
    const first = page(test, { search: 'p', descending: true });
    const second = page(test, { search: 'ph', descending: true });
    await expect(first).rejects.toMatchObject({ problem: { code: 'bad_request' } });
    expect((await second).total).toBe(9_000);
  });
});

describe('a list that is behind', () => {
  it('is shown as it is, its rows as they are now, and made anew after a pause', async () => {
    const test = openQueue();
    const clock = fakeClock();
    const listed = deferred<undefined>();
    test.pages = createPages(test.database.db, {
      clock,
      onListed: () => {
        listed.resolve(undefined);
      },
    });
    add(test, ['/a.jpg'], ['/b.jpg']);
    const view = { filter: 'waiting', sort: 'name' } as const;
    await page(test, view);
    test.queue.claim(owner, 'inspecting', 1);
    const { rows } = await page(test, view);
    expect(rows).toMatchObject([{ state: { kind: 'active' } }, { state: { kind: 'waiting' } }]);
    clock.advance(1_000);
    await listed.promise;
    expect(await names(test, view)).toEqual(['b.jpg']);
  });
});

describe('the walk', () => {
  const walks = ([null, 'waiting', 'active', 'done', 'blocked', 'history'] as const).flatMap((status) =>
    ([null, 'name', 'size', 'taken'] as const).map((keyed) => [status, keyed] as const),
  );
  const planOf = (sql: string): string[] =>
    openQueue()
      .database.db.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
      .all(Object.fromEntries([...sql.matchAll(/@(\w+)/g)].map(([, name]) => [name, '1'])))
      .map(({ detail }) => detail);
  it.each(walks)('of %s for %s goes by an index, slice by slice', (status, keyed) => {
    const { end, ids, keys } = walkSql(status, 2, keyed);
    expect(planOf(end)).toEqual([
      expect.stringMatching(/^SEARCH (photo|history) USING COVERING INDEX .* AND id>\?\)$/),
    ]);
    for (const rows of [ids, keys]) {
      expect(planOf(rows)).toEqual([
        expect.stringMatching(/^SEARCH (photo|history) USING INDEX .* AND id>\? AND id<\?\)$/),
      ]);
    }
  });

  it('is none where a search goes on: rows are found by their ids', () => {
    const plan = planOf(amongSql(2)).filter((detail) => /\b(photo|history)\b/.test(detail));
    expect(plan).toEqual([
      'SEARCH photo USING INDEX photo_owner (owner=? AND id=?)',
      'SEARCH history USING INDEX history_owner (owner=? AND id=?)',
    ]);
  });
});

describe('a search that goes on with a letter', () => {
  const search = (test: TestQueue, text: string, view: Partial<View> = {}): Promise<string[]> =>
    names(test, { search: text, ...view });

  it('looks no further than where the one before has found something', async () => {
    const test = openQueue();
    const { db } = test.database;
    add(test, ['/lisbon/a_1.jpg'], ['/lisbon/a_2.jpg'], ['/porto/a_1.jpg']);
    expect(await search(test, 'isbon')).toEqual(['a_1.jpg', 'a_2.jpg']);
    // Behind the list's back, and nothing that it could hear of: who walks finds it.
    const rename = db.prepare('UPDATE photo SET path = ? WHERE id = 3');
    rename.run('/lisbon/a_3.jpg');
    expect(await search(test, 'lisbon')).toEqual(['a_1.jpg', 'a_2.jpg']);
    expect(await search(test, 'a_ lisbon')).toEqual(['a_1.jpg', 'a_2.jpg']);
    expect(await search(test, 'lisbon a_2')).toEqual(['a_2.jpg']);
    expect(await search(test, 'lisbon a_22')).toEqual([]);
    expect(await search(test, 'lisbon a_223')).toEqual([]);
    // With one that goes back it is found.
    expect(await search(test, 'lisbon a')).toEqual(['a_1.jpg', 'a_2.jpg', 'a_3.jpg']);
  });

  it.each<Partial<View>>([{ sort: 'name' }, { descending: true }, { filter: 'waiting' }])(
    'takes no other list for the one before: %o',
    async (view) => {
      const test = openQueue();
      add(test, ['/x/1.jpg'], ['/x/2.jpg'], ['/y/3.jpg']);
      expect(await search(test, 'x')).toHaveLength(2);
      test.database.db.prepare("UPDATE photo SET path = '/x/3.jpg' WHERE id = 3").run();
      expect(await search(test, 'x jpg', view)).toHaveLength(3);
    },
  );

  it('keeps the order, finds nobody else’s, and knows of what came meanwhile a little later', async () => {
    const test = openQueue();
    const clock = fakeClock();
    let listed = deferred<undefined>();
    test.pages = createPages(test.database.db, {
      clock,
      onListed: () => {
        listed.resolve(undefined);
      },
    });
    add(test, ['/trip/10.jpg'], ['/trip/9.jpg'], ['/trip/11.jpg']);
    test.queue.add('bob', [{ ...newPhoto(1), path: '/trip/bob.jpg' }]);
    expect(await search(test, 'tri', { sort: 'name' })).toEqual(['9.jpg', '10.jpg', '11.jpg']);
    add(test, ['/trip/1.jpg']);
    expect(await search(test, 'trip', { sort: 'name' })).toEqual(['9.jpg', '10.jpg', '11.jpg']);
    listed = deferred<undefined>();
    clock.advance(1_000);
    await listed.promise;
    expect(await search(test, 'trip', { sort: 'name' })).toEqual(['1.jpg', '9.jpg', '10.jpg', '11.jpg']);
    expect(await search(test, 'trip 1', { sort: 'name' })).toEqual(['1.jpg', '10.jpg', '11.jpg']);
  });

  it('begins anew where the one before has found more than is looked through at once', async () => {
    const test = openQueue();
    addMany(test, 9_000);
    await page(test, { search: 'photos', descending: true });
    test.database.db.prepare("UPDATE photo SET path = '/hidden' WHERE id = 9000").run();
    const found = await page(test, { search: '/photos', descending: true });
    expect(found.total).toBe(8_999);
  });
});

describe('the top of a search', () => {
  it('is here before the rest is counted, and whoever asks again hears of all', async () => {
    const test = openQueue();
    addMany(test, 9_000);
    const top = await page(test, { search: 'photos' }, { limit: 20 });
    expect(top.rows.map(({ id }) => id)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
    expect(top.counting).toBe(true);
    expect(top.total).toBeLessThan(9_000);
    const again = await page(test, { search: 'photos' }, { limit: 20 });
    expect(again).toEqual({ rows: top.rows, total: 9_000 });
  });

  it('is what was found so far, when that takes long', async () => {
    const test = openQueue();
    let now = 0;
    test.pages = createPages(test.database.db, { clock: { ...fakeClock(), now: () => (now += 30) } });
    addMany(test, 9_000);
    test.database.db.prepare("UPDATE photo SET path = '/found/1' WHERE id = 5").run();
    test.database.db.prepare("UPDATE photo SET path = '/found/2' WHERE id = 8999").run();
    const top = await page(test, { search: 'found' });
    expect(top).toMatchObject({ rows: [{ id: 5 }], total: 1, counting: true });
    const all = await page(test, { search: 'found' });
    expect(all).toMatchObject({ rows: [{ id: 5 }, { id: 8999 }], total: 2 });
    expect(all.counting).toBeUndefined();
  });

  it.each<Partial<View>>([
    { search: 'photos', descending: true },
    { search: 'photos', sort: 'name' },
    { search: 'nowhere' },
  ])('is complete where it cannot be known sooner: %o', async (view) => {
    const test = openQueue();
    addMany(test, 9_000);
    const found = await page(test, view, { limit: 20 });
    expect(found.counting).toBeUndefined();
    expect(found.total).toBe(view.search === 'nowhere' ? 0 : 9_000);
  });
});
