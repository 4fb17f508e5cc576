import { expect, it, vi } from 'vitest';
import { inspectedPhoto, newPhoto, openQueue, owner } from '../../support/queue.ts';

/** What must outlive a power cut is written while SQLite waits for the disk with every commit. */

type Entry = 'FULL' | 'NORMAL' | 'accepted' | 'done' | 'asked' | 'begun';

/** A queue that tells, in their order, of promises that are written and of how much SQLite waits for the disk. */
function watchedQueue() {
  const test = openQueue();
  const { db } = test.database;
  const entries: Entry[] = [];
  const pragma = db.pragma.bind(db);
  vi.spyOn(db, 'pragma').mockImplementation((source, options) => {
    const level = /^synchronous = (FULL|NORMAL)$/.exec(source)?.[1];
    if (level !== undefined) entries.push(level as Entry);
    return pragma(source, options);
  });
  db.function('told', (what) => {
    entries.push(what as Entry);
    return null;
  });
  db.exec(`
    CREATE TEMP TRIGGER accepted AFTER INSERT ON photo BEGIN SELECT told('accepted'); END;
    CREATE TEMP TRIGGER done AFTER UPDATE OF status ON photo WHEN new.status = 'done' BEGIN SELECT told('done'); END;
    CREATE TEMP TRIGGER asked AFTER INSERT ON asked_upload BEGIN SELECT told('asked'); END;
    CREATE TEMP TRIGGER begun AFTER INSERT ON multipart BEGIN SELECT told('begun'); END;`);
  return { ...test, entries };
}

it('a photo that is accepted, one that is done, and an upload before and after it is begun', async () => {
  const { queue, entries } = watchedQueue();
  queue.add(owner, [newPhoto(1)]);
  expect(entries.splice(0)).toEqual(['FULL', 'accepted', 'NORMAL']);

  queue.claim(owner, 'inspecting', 1);
  queue.move([
    { id: 1, event: { type: 'advanced', to: 'checking' }, facts: { inspected: inspectedPhoto(1) } },
  ]);
  queue.claim(owner, 'checking', 1);
  // What can be done once more need not be waited for.
  expect(entries).toEqual([]);

  await queue.ledger.begin({ id: 1, owner }, 'key', () => {
    expect(entries.splice(0)).toEqual(['FULL', 'asked', 'NORMAL']);
    return Promise.resolve('u1');
  });
  expect(entries.splice(0)).toEqual(['FULL', 'begun', 'NORMAL']);

  queue.move([{ id: 1, event: { type: 'stored' } }]);
  expect(entries).toEqual(['FULL', 'done', 'NORMAL']);
});
