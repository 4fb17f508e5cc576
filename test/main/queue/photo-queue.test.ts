import { describe, expect, it } from 'vitest';
import { addSql } from '../../../main/queue/add.ts';
import { volumeSql } from '../../../main/queue/volumes.ts';
import { createPhotoQueue } from '../../../main/queue/photo-queue.ts';
import { queueSql } from '../../../main/queue/photo-sql.ts';
import { inspectedPhoto, newPhoto, openQueue, owner, pageNow, type TestQueue } from '../../support/queue.ts';

/** Brings claimed rows of the first step to 'sending'. */
function toSending({ queue }: TestQueue, hash?: number): number[] {
  const ids = queue.claim(owner, 'inspecting', 100).map(({ id }) => id);
  queue.move(
    ids.map((id) => ({
      id,
      event: { type: 'advanced', to: 'checking' } as const,
      facts: { inspected: inspectedPhoto(id, hash) },
    })),
  );
  queue.claim(owner, 'checking', 100);
  queue.move(ids.map((id) => ({ id, event: { type: 'advanced', to: 'sending' } as const })));
  return ids;
}

describe('add', () => {
  it('takes a path once, however often it is dropped', () => {
    const { queue } = openQueue();
    expect(queue.add(owner, [newPhoto(1), newPhoto(2)])).toEqual(['queued', 'queued']);
    expect(queue.add(owner, [newPhoto(1)])).toEqual(['already_queued']);
    expect(queue.add('bob', [newPhoto(1)])).toEqual(['queued']);
  });

  it('knows a stored file again, and queues it anew when it has changed', () => {
    const test = openQueue();
    const { queue } = test;
    queue.add(owner, [newPhoto(1)]);
    const [id] = toSending(test);
    queue.claim(owner, 'sending', 1);
    queue.move([{ id: id as number, event: { type: 'stored' } }]);
    expect(queue.add(owner, [newPhoto(1)])).toEqual(['already_stored']);
    const changed = newPhoto(1);
    changed.stat.mtimeNs = '1700000000123456790';
    expect(queue.add(owner, [changed])).toEqual(['queued']);
    expect(queue.get(id as number)).toMatchObject({ status: 'waiting', step: 'inspecting', sha256: null });
  });

  it('tries a photo again that needed a person, who drops it once more', () => {
    const { queue } = openQueue();
    queue.add(owner, [newPhoto(1), newPhoto(2)]);
    queue.claim(owner, 'inspecting', 2);
    const event = { type: 'blocked', reason: 'missing' } as const;
    queue.move([1, 2].map((id) => ({ id, event })));
    expect(queue.add('bob', [newPhoto(1)])).toEqual(['queued']);
    expect(queue.get(1)?.status).toBe('blocked');
    expect(queue.add(owner, [newPhoto(1), newPhoto(3)])).toEqual(['already_queued', 'queued']);
    expect([queue.get(1)?.status, queue.get(2)?.status]).toEqual(['waiting', 'blocked']);
    expect(queue.claim(owner, 'inspecting', 9).map(({ path }) => path)).toEqual([
      newPhoto(1).path,
      newPhoto(3).path,
    ]);
  });

  it('tells new from known rows in one batch, also where a path comes twice', () => {
    const test = openQueue();
    const { queue } = test;
    queue.add(owner, [newPhoto(1), newPhoto(2), newPhoto(3)]);
    const ids = toSending(test);
    queue.claim(owner, 'sending', 2);
    queue.move(ids.slice(0, 2).map((id) => ({ id, event: { type: 'stored' } as const })));
    const changed = newPhoto(2, 101);
    const batch = [newPhoto(1), newPhoto(4), changed, newPhoto(3), changed, newPhoto(4), newPhoto(5)];
    expect(queue.add(owner, batch)).toEqual([
      'already_stored',
      'queued',
      'queued',
      'already_queued',
      'already_queued',
      'already_queued',
      'queued',
    ]);
    expect(queue.get(2)).toMatchObject({ status: 'waiting', step: 'inspecting', stat: changed.stat });
    expect(test.pages.tallies(owner)).toMatchObject({ all: { count: 5, bytes: 501 }, done: { count: 1 } });
  });

  it('takes nothing of a batch that it cannot take whole', () => {
    const { queue, pages } = openQueue();
    const broken = { ...newPhoto(2), stat: { ...newPhoto(2).stat, mtimeNs: 'noon' } };
    expect(() => queue.add(owner, [newPhoto(1), broken])).toThrow();
    expect(pages.tallies(owner).all.count).toBe(0);
  });

  it('keeps all 64 bits of device, inode and nanoseconds', () => {
    const { queue } = openQueue();
    const photo = newPhoto(1);
    photo.stat = {
      device: '18446744073709551615',
      inode: '9223372036854775809',
      size: 5,
      mtimeNs: '1700000000123456789',
    };
    queue.add(owner, [photo]);
    expect(queue.get(1)?.stat).toEqual(photo.stat);
  });
});

describe('claim', () => {
  it('hands each row out once, in the order of its owner’s queue', () => {
    const { queue } = openQueue();
    queue.add(owner, [newPhoto(1), newPhoto(2), newPhoto(3)]);
    expect(queue.claim(owner, 'inspecting', 2).map(({ id }) => id)).toEqual([1, 2]);
    expect(queue.claim(owner, 'inspecting', 2).map(({ id }) => id)).toEqual([3]);
    expect(queue.claim(owner, 'inspecting', 2)).toEqual([]);
    expect(queue.claim('bob', 'inspecting', 2)).toEqual([]);
  });

  it('leaves a row alone until its next try is due, and says when that is', () => {
    const { queue, time } = openQueue();
    queue.add(owner, [newPhoto(1)]);
    const [photo] = queue.claim(owner, 'inspecting', 1);
    const dueAt = time.now + 500;
    queue.move([
      { id: photo?.id ?? 0, event: { type: 'failed', reason: 'local_io', nextTryAt: dueAt, penalty: true } },
    ]);
    expect(queue.claim(owner, 'inspecting', 1)).toEqual([]);
    expect(queue.nextDueAt(owner, 'inspecting')).toBe(dueAt);
    time.now = dueAt;
    expect(queue.claim(owner, 'inspecting', 1)).toHaveLength(1);
    expect(queue.nextDueAt(owner, 'inspecting')).toBeNull();
  });

  it.each(['while it runs', 'before it started'])(
    'lets no row wait longer because the clock was set back: %s',
    (when) => {
      const { database, queue, time } = openQueue();
      queue.add(owner, [newPhoto(1), newPhoto(2)]);
      queue.claim(owner, 'inspecting', 2);
      const started = time.now;
      const fail = (id: number, ms: number): void => {
        const event = {
          type: 'failed',
          reason: 'local_io',
          nextTryAt: time.now + ms,
          penalty: true,
        } as const;
        queue.move([{ id, event }]);
      };
      fail(1, 60_000);
      // Told by the clock as it is now: nothing to be mended.
      time.now -= 86_400_000;
      fail(2, 5_000);
      time.now += 5_000;
      const { claim, releaseAll, nextDueAt } =
        when === 'while it runs' ? queue : createPhotoQueue(database.db, () => time.now);
      releaseAll('ready');
      expect(claim(owner, 'inspecting', 2).map(({ id }) => id)).toEqual([2]);
      expect(nextDueAt(owner, 'inspecting')).toBe(time.now + 60_000);
      time.now += 60_000;
      expect(claim(owner, 'inspecting', 2).map(({ id }) => id)).toEqual([1]);
      expect(time.now).toBeLessThan(started);
    },
  );

  it('notices by itself that the clock was set back', () => {
    const { queue, time } = openQueue();
    queue.add(owner, [newPhoto(1)]);
    queue.claim(owner, 'inspecting', 1);
    const event = { type: 'failed', reason: 'local_io', nextTryAt: time.now + 1_000, penalty: true } as const;
    queue.move([{ id: 1, event }]);
    time.now -= 3_600_000;
    expect(queue.claim(owner, 'inspecting', 1)).toEqual([]);
    time.now += 1_000;
    expect(queue.claim(owner, 'inspecting', 1)).toHaveLength(1);
  });
});

describe('move', () => {
  it('ignores the outcome of work on a row that was removed, also when another row was added since', () => {
    const { queue } = openQueue();
    queue.add(owner, [newPhoto(1)]);
    const [photo] = queue.claim(owner, 'inspecting', 1);
    queue.remove(owner, [photo?.id ?? 0]);
    queue.add(owner, [newPhoto(2)]);
    queue.move([{ id: photo?.id ?? 0, event: { type: 'advanced', to: 'checking' } }]);
    expect(queue.get(2)).toMatchObject({ status: 'waiting', step: 'inspecting', path: newPhoto(2).path });
  });

  it('ignores the outcome of work on a row that was given back meanwhile', () => {
    const { queue } = openQueue();
    queue.add(owner, [newPhoto(1)]);
    queue.claim(owner, 'inspecting', 1);
    queue.releaseAll('ready');
    const facts = { inspected: inspectedPhoto(1) };
    queue.move([{ id: 1, event: { type: 'advanced', to: 'checking' }, facts }]);
    expect(queue.get(1)).toMatchObject({ status: 'waiting', step: 'inspecting', sha256: null });
  });

  it('hands a row on at once where its next step takes it, but none that a person holds', () => {
    const { queue } = openQueue();
    queue.add(owner, [newPhoto(1), newPhoto(2)]);
    queue.claim(owner, 'inspecting', 2);
    queue.hold(owner, [2], true);
    const event = { type: 'advanced', to: 'checking' } as const;
    const moves = [1, 2].map((id) => ({ id, event, facts: { inspected: inspectedPhoto(id) } }));
    expect(queue.move(moves, () => true)).toMatchObject([{ id: 1, status: 'active', step: 'checking' }]);
    expect(queue.get(2)).toMatchObject({ status: 'waiting', step: 'checking' });
    expect(queue.claim(owner, 'checking', 9)).toEqual([]);
  });

  it('keeps no parts of a row that is done', () => {
    const { queue } = openQueue();
    queue.add(owner, [newPhoto(1)]);
    queue.claim(owner, 'inspecting', 1);
    const parts = [1, 2].map((part) => ({ size: 8, sha256: `${part}`.repeat(64), md5: null }));
    const facts = { inspected: { ...inspectedPhoto(1), parts } };
    queue.move([{ id: 1, event: { type: 'advanced', to: 'checking' }, facts }]);
    expect(queue.ledger.parts(1)).toHaveLength(2);
    queue.claim(owner, 'checking', 1);
    queue.move([{ id: 1, event: { type: 'stored' } }]);
    expect(queue.ledger.parts(1)).toEqual([]);
  });

  it('gives every active row back after a crash, at the step where it was', () => {
    const test = openQueue();
    test.queue.add(owner, [newPhoto(1), newPhoto(2)]);
    toSending(test);
    test.queue.claim(owner, 'sending', 1);
    expect(test.queue.releaseAll('ready')).toBe(1);
    expect(test.queue.claim(owner, 'sending', 5).map(({ id }) => id)).toEqual([1, 2]);
  });

  it('removes nobody else’s rows', () => {
    const { queue } = openQueue();
    queue.add(owner, [newPhoto(1)]);
    queue.remove('bob', [1]);
    expect(queue.get(1)).not.toBeNull();
  });
});

it('retries what is blocked, and only that when nothing is named', () => {
  const { queue } = openQueue();
  queue.add(owner, [newPhoto(1), newPhoto(2)]);
  queue.claim(owner, 'inspecting', 1);
  queue.move([{ id: 1, event: { type: 'blocked', reason: 'missing' } }]);
  expect(queue.retry(owner, queue.retriable(owner))).toBe(1);
  expect(queue.get(1)).toMatchObject({ status: 'waiting', step: 'inspecting' });
});

describe('a copy', () => {
  const { sha256 } = inspectedPhoto(1, 7);

  it('knows the row with the same content that is on its way', () => {
    const test = openQueue();
    test.queue.add(owner, [newPhoto(1)]);
    toSending(test, 7);
    expect(test.queue.findTwin(owner, sha256, 2)).toBe(1);
    expect(test.queue.findTwin(owner, sha256, 1)).toBeNull();
    expect(test.queue.findTwin('bob', sha256, 2)).toBeNull();
    test.queue.hold(owner, [1], true);
    expect(test.queue.findTwin(owner, sha256, 2)).toBeNull();
  });

  /** Row 1 is being sent, row 2 waits for it. */
  function parked(): TestQueue {
    const test = openQueue();
    test.queue.add(owner, [newPhoto(1)]);
    toSending(test, 7);
    test.queue.claim(owner, 'sending', 1);
    test.queue.add(owner, [newPhoto(2)]);
    test.queue.claim(owner, 'inspecting', 1);
    test.queue.move([
      {
        id: 2,
        event: { type: 'advanced', to: 'checking' },
        facts: { inspected: inspectedPhoto(2, 7) },
      },
    ]);
    test.queue.claim(owner, 'checking', 1);
    test.queue.move([
      { id: 2, event: { type: 'parked', reason: 'copy_on_its_way' }, facts: { waitsFor: 1 } },
    ]);
    return test;
  }
  const claimable = ({ queue }: TestQueue): number[] => queue.claim(owner, 'checking', 9).map(({ id }) => id);

  it('waits without being asked for, also over a crash, and names the other', () => {
    const test = parked();
    test.time.now += 3_600_000;
    expect(claimable(test)).toEqual([]);
    expect(test.queue.nextDueAt(owner, 'checking')).toBeNull();
    test.queue.releaseAll('ready');
    expect(claimable(test)).toEqual([]);
    const { rows } = pageNow(test.pages, {
      filter: 'all',
      sort: 'added',
      descending: true,
      offset: 0,
      limit: 1,
    });
    expect(rows[0]?.state).toMatchObject({
      reason: 'copy_on_its_way',
      waitsFor: '000001.jpg',
      nextTryAt: null,
    });
  });

  it('names the folder too where the other has the same name', () => {
    const test = parked();
    test.queue.hold(owner, [1], true);
    test.queue.claim(owner, 'checking', 1);
    test.queue.add(owner, [{ ...newPhoto(3), path: '/backup/000002.jpg' }]);
    toSending(test, 7);
    test.queue.move([
      { id: 2, event: { type: 'parked', reason: 'copy_on_its_way' }, facts: { waitsFor: 3 } },
    ]);
    const { rows } = pageNow(test.pages, {
      filter: 'waiting',
      sort: 'added',
      descending: false,
      offset: 0,
      limit: 9,
    });
    expect(rows.find(({ id }) => id === 2)?.state).toMatchObject({ waitsFor: '/backup/000002.jpg' });
  });

  it.each<[string, (test: TestQueue) => void]>([
    ['is stored', ({ queue }) => queue.move([{ id: 1, event: { type: 'stored' } }])],
    ['needs a person', ({ queue }) => queue.move([{ id: 1, event: { type: 'blocked', reason: 'missing' } }])],
    ['is removed', ({ queue }) => queue.remove(owner, [1])],
    ['is put on hold', ({ queue }) => queue.hold(owner, [1], true)],
    [
      'turns out to be another photo',
      ({ queue }) => {
        queue.move([
          { id: 1, event: { type: 'restarted', reason: 'file_changed', nextTryAt: 0, strike: false } },
        ]);
        queue.claim(owner, 'inspecting', 1);
        queue.move([
          {
            id: 1,
            event: { type: 'failed', reason: 'local_io', nextTryAt: 0, penalty: false },
            facts: { inspected: inspectedPhoto(1, 8) },
          },
        ]);
      },
    ],
  ])('goes on when the other %s', (_what, end) => {
    const test = parked();
    end(test);
    expect(claimable(test)).toEqual([2]);
  });

  it('goes on waiting while the other is read again or tries again', () => {
    const test = parked();
    test.queue.move([
      { id: 1, event: { type: 'restarted', reason: 'file_changed', nextTryAt: 0, strike: false } },
    ]);
    test.queue.claim(owner, 'inspecting', 1);
    test.queue.move([
      {
        id: 1,
        event: { type: 'advanced', to: 'checking' },
        facts: { inspected: inspectedPhoto(1, 7) },
      },
    ]);
    expect(claimable(test)).toEqual([1]);
  });

  it('waits for nothing when the other ended while the library was asked', () => {
    const test = parked();
    test.queue.remove(owner, [1]);
    claimable(test);
    test.queue.move([
      { id: 2, event: { type: 'parked', reason: 'copy_on_its_way' }, facts: { waitsFor: 1 } },
    ]);
    expect(claimable(test)).toEqual([2]);
  });
});

describe('rows that wait for a volume', () => {
  const parkedAt = (root: string, count: number): TestQueue => {
    const test = openQueue();
    test.queue.add(
      owner,
      Array.from({ length: count }, (_, index) => newPhoto(index)),
    );
    test.queue.move(
      test.queue.claim(owner, 'inspecting', count).map(({ id }) => ({
        id,
        event: { type: 'parked', reason: 'volume_missing' } as const,
        facts: { waitsAt: root },
      })),
    );
    return test;
  };

  it('are not claimed, and are set free together, as many as wanted', () => {
    const { queue } = parkedAt('/media/card', 3);
    expect(queue.claim(owner, 'inspecting', 9)).toEqual([]);
    expect(queue.nextDueAt(owner, 'inspecting')).toBeNull();
    expect([queue.volumes.awaited(owner), queue.volumes.awaited('bob')]).toEqual([['/media/card'], []]);
    expect(queue.volumes.release(owner, '/media', 0, 9)).toBe(0);
    // Another card at that place.
    expect(queue.volumes.release(owner, '/media/card', 1, 9)).toBe(0);
    expect(queue.volumes.release(owner, '/media/card', 0, 2)).toBe(2);
    expect(queue.claim(owner, 'inspecting', 9)).toMatchObject([{ id: 1 }, { id: 2 }]);
    expect(queue.volumes.awaited(owner)).toEqual(['/media/card']);
  });

  it('are nothing that is due', () => {
    const { queue } = parkedAt('/media/card', 2);
    expect(queue.hasDue(owner)).toBe(false);
    queue.add(owner, [newPhoto(9)]);
    expect([queue.hasDue(owner), queue.hasDue('bob')]).toEqual([true, false]);
    queue.hold(owner, [3], true);
    expect(queue.hasDue(owner)).toBe(false);
    queue.volumes.release(owner, '/media/card', 0, 1);
    expect(queue.hasDue(owner)).toBe(true);
  });

  it('go on when a person wants them tried', () => {
    const { queue } = parkedAt('/media/card', 1);
    queue.retry(owner, [1]);
    expect(queue.volumes.awaited(owner)).toEqual([]);
    expect(queue.claim(owner, 'inspecting', 9)).toHaveLength(1);
  });

  it('wait at each place once', () => {
    const { queue } = parkedAt('/media/card', 1);
    queue.add(owner, [newPhoto(8), newPhoto(9)]);
    const [one, other] = queue.claim(owner, 'inspecting', 9).map(({ id }) => id) as [number, number];
    const event = { type: 'parked', reason: 'volume_missing' } as const;
    queue.move([
      { id: one, event, facts: { waitsAt: '/media/stick' } },
      { id: other, event, facts: { waitsAt: '/media/card' } },
    ]);
    expect(queue.volumes.awaited(owner)).toEqual(['/media/card', '/media/stick']);
  });
});

describe('paths', () => {
  const at = (path: string, index: number) => ({ ...newPhoto(index), path });

  it('of rows tell the folders that they are in, those above one another once', () => {
    const { queue } = openQueue();
    const paths = ['/a/1.jpg', '/a/b/2.jpg', '/a/c.jpg', '/b/x/3.jpg', '/b/y/4.jpg'];
    queue.add(
      owner,
      paths.map((path, index) => at(path, index)),
    );
    expect(queue.folders(owner, 9)).toEqual(['/a', '/b/x', '/b/y']);
    expect(queue.folders(owner, 2)).toEqual(['/a', '/b/x']);
    expect(queue.folders('bob', 9)).toEqual([]);
  });

  it('change with a move, but never to one that another row has', () => {
    const { queue } = openQueue();
    queue.add(owner, [at('/a/1.jpg', 1), at('/a/2.jpg', 2)]);
    queue.claim(owner, 'inspecting', 9);
    const event = { type: 'restarted', reason: 'ready', nextTryAt: 0, strike: false } as const;
    const place = { path: '/b/1.jpg', volume: 0 };
    queue.move([
      { id: 1, event, facts: { place } },
      { id: 2, event, facts: { place } },
    ]);
    expect([queue.get(1)?.path, queue.get(2)?.path]).toEqual(['/b/1.jpg', '/a/2.jpg']);
    expect([queue.idAt(owner, place), queue.idAt('bob', place)]).toEqual([1, null]);
    expect(queue.idAt(owner, { ...place, volume: 1 })).toBeNull();
  });

  it('change with a move to another volume: whoever unplugs the old one does not hold the row up', () => {
    const { queue } = openQueue();
    queue.add(owner, [at('/a/1.jpg', 1)]);
    queue.claim(owner, 'inspecting', 1);
    const place = { path: '/media/card/1.jpg', volume: 7 };
    const event = { type: 'restarted', reason: 'ready', nextTryAt: 0, strike: false } as const;
    queue.move([{ id: 1, event, facts: { place } }]);
    expect(queue.get(1)).toMatchObject(place);
    expect(queue.idAt(owner, place)).toBe(1);
  });

  it('of missing files are found below a folder', () => {
    const { queue } = openQueue();
    queue.add(owner, [at('/a/1.jpg', 1), at('/a/b/2.jpg', 2), at('/ab/3.jpg', 3), at('/a/4.jpg', 4)]);
    queue.claim(owner, 'inspecting', 3);
    queue.move([1, 2, 3].map((id) => ({ id, event: { type: 'blocked', reason: 'missing' } as const })));
    expect(queue.missingBelow(owner, '/a')).toEqual([1, 2]);
    expect(queue.missingBelow('bob', '/a')).toEqual([]);
  });
});

it('takes up a copy of a stored photo again when a person wants it uploaded anyway', () => {
  const test = openQueue();
  const { queue, pages } = test;
  queue.add(owner, [newPhoto(1), newPhoto(2)]);
  toSending(test);
  queue.claim(owner, 'sending', 9);
  queue.move([
    { id: 1, event: { type: 'stored' }, facts: { duplicateOf: 'IMG_1.HEIC' } },
    { id: 2, event: { type: 'stored' } },
  ]);
  expect(pages.tallies(owner).duplicate.count).toBe(1);
  queue.insist('bob', [1]);
  expect(queue.get(1)?.status).toBe('done');
  queue.insist(owner, [1, 2]);
  expect(queue.get(1)).toMatchObject({ status: 'waiting', step: 'inspecting', again: 1 });
  expect(queue.get(2)).toMatchObject({ status: 'done', again: 0 });
  expect(pages.tallies(owner)).toMatchObject({
    duplicate: { count: 0 },
    done: { count: 1 },
    waiting: { count: 1 },
  });
  queue.claim(owner, 'inspecting', 1);
  queue.move([{ id: 1, event: { type: 'advanced', to: 'sending' }, facts: { again: 2 } }]);
  expect(queue.claim(owner, 'sending', 1)).toMatchObject([{ id: 1, again: 2 }]);
  queue.move([{ id: 1, event: { type: 'stored' } }]);
  expect(queue.get(1)).toMatchObject({ status: 'done', again: 0 });
});

describe('the scheduler’s queries', () => {
  it.each(
    Object.entries({
      ...queueSql,
      ...volumeSql,
      known: addSql.known,
      requeue: addSql.requeue,
      lastId: addSql.lastId,
    }),
  )('%s uses an index and sorts nothing', (_name, sql) => {
    const { database } = openQueue();
    const names = [...sql.matchAll(/@(\w+)/g)].map(([, name]) => [
      name,
      name === 'sha256' ? Buffer.alloc(32) : 1,
    ]);
    const plan = database.db
      .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
      .all(Object.fromEntries(names))
      .map(({ detail }) => detail);
    expect(plan.join('\n')).toMatch(/SEARCH photo\b/);
    // The counters are a handful of rows for each person, and a batch is as long as it is.
    expect(plan.join('\n')).not.toMatch(/SCAN (?!counter|batch|json_each)|TEMP B-TREE/);
  });
});

it('tries nobody else’s rows again', () => {
  const { queue } = openQueue();
  queue.add(owner, [newPhoto(1)]);
  queue.claim(owner, 'inspecting', 1);
  queue.move([{ id: 1, event: { type: 'blocked', reason: 'missing' } }]);
  expect(queue.retry('bob', [1])).toBe(0);
  expect(queue.get(1)?.status).toBe('blocked');
});

it('remembers an upload that was begun for a row that is gone: it is to be aborted', async () => {
  const { queue } = openQueue();
  const upload = { uploadId: 'u', key: 'k' };
  queue.add(owner, [newPhoto(1)]);
  queue.remove(owner, [1]);
  await queue.ledger.begin({ id: 1, owner }, upload.key, () => Promise.resolve(upload.uploadId));
  expect(queue.ledger.abandoned(owner)).toEqual([upload]);
});

describe('a person’s wishes', () => {
  it('put rows before all others, the last wish first', () => {
    const { queue } = openQueue();
    queue.add(
      owner,
      [1, 2, 3, 4, 5].map((index) => newPhoto(index)),
    );
    queue.prioritise(owner, [4]);
    queue.prioritise(owner, [2, 5]);
    queue.prioritise('bob', [3]);
    expect(queue.claim(owner, 'inspecting', 9).map(({ id }) => id)).toEqual([2, 5, 4, 1, 3]);
  });

  it('hold rows and release them; a done row is not held', () => {
    const test = openQueue();
    const { queue, pages } = test;
    queue.add(owner, [newPhoto(1), newPhoto(2)]);
    queue.hold(owner, [1], true);
    queue.hold('bob', [2], true);
    expect(pages.tallies(owner).held).toEqual({ count: 1, bytes: 100 });
    expect(queue.claim(owner, 'inspecting', 9).map(({ id }) => id)).toEqual([2]);
    queue.hold(owner, [1], false);
    expect(queue.claim(owner, 'inspecting', 9).map(({ id }) => id)).toEqual([1]);
    queue.hold(owner, [1], true);
    queue.move([{ id: 1, event: { type: 'stored' } }]);
    expect(pages.tallies(owner).held.count).toBe(0);
    queue.remove(owner, [1, 2]);
    expect(pages.tallies(owner).all.count).toBe(0);
  });
});

it('keeps large files in a lane of their own, in the steps that take long', () => {
  const { queue } = openQueue();
  const large = 16 * 1024 * 1024 + 1;
  queue.add(owner, [newPhoto(1, large), newPhoto(2), newPhoto(3, large - 1)]);
  expect(queue.claim(owner, 'inspecting', 9).map(({ id }) => id)).toEqual([2, 3]);
  expect(queue.claim(owner, 'inspecting', 9, 'large').map(({ id }) => id)).toEqual([1]);
  queue.move([
    {
      id: 1,
      event: { type: 'advanced', to: 'checking' },
      facts: { inspected: { ...inspectedPhoto(1), stat: newPhoto(1, large).stat } },
    },
  ]);
  expect(queue.claim(owner, 'checking', 9).map(({ id }) => id)).toEqual([1]);
});
