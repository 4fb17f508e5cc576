import { describe, expect, it } from 'vitest';
import type { SeenFile } from '../../../main/lib/file-stat.ts';
import { cacheSql, createHashCache, type Findings } from '../../../main/queue/hash-cache.ts';
import { inspectedPhoto, newPhoto, openQueue, owner } from '../../support/queue.ts';

const path = '/photos/a.jpg';
const file: SeenFile = {
  device: '2049',
  inode: '1001',
  size: 100,
  mtimeNs: '1700000000123456789',
  ctimeNs: '1700000001123456789',
};
/** Of a FAT card: two seconds, and ten milliseconds. */
const onCard: SeenFile = { ...file, mtimeNs: '1700000000000000000', ctimeNs: '1700000001120000000' };
const { stat: _stat, remember: _remember, ...rest } = inspectedPhoto(1);
const findings: Findings = {
  contentType: rest.contentType,
  extension: rest.extension,
  sha256: 'ab'.repeat(32),
  md5: null,
  takenAt: rest.takenAt,
  takenOffset: rest.takenOffset,
  takenSource: rest.takenSource,
  camera: rest.camera,
  damage: null,
  decoded: false,
  parts: [],
};

const openCache = () => openQueue().queue.hashCache;

describe('a file that was read', () => {
  it('is known again, with all that was found in it', () => {
    const cache = openCache();
    expect(cache.find(path, file)).toBeNull();
    const found = { ...findings, md5: Buffer.alloc(16, 7).toString('base64'), damage: 'jpeg-truncated' };
    cache.remember(path, file, found);
    expect(cache.find(path, file)).toEqual(found);
    expect([cache.mayKnow(file), cache.mayKnow({ inode: '1002' })]).toEqual([true, false]);
  });

  it('keeps the digests of its parts', () => {
    const cache = openCache();
    const large = { ...file, size: 25 };
    const parts = [10, 10, 5].map((size, index) => ({
      size,
      sha256: Buffer.alloc(32, index).toString('hex'),
      md5: Buffer.alloc(16, index).toString('base64'),
    }));
    cache.remember(path, large, { ...findings, parts });
    expect(cache.find(path, large)?.parts).toEqual(parts);
    const withoutMd5 = parts.map((part) => ({ ...part, md5: null }));
    cache.remember(path, large, { ...findings, parts: withoutMd5 });
    expect(cache.find(path, large)?.parts).toEqual(withoutMd5);
  });

  it.each([
    ['size', { size: 101 }],
    ['mtime', { mtimeNs: '1700000000123456790' }],
    ['ctime, its mtime set back', { ctimeNs: '1700000001123456790' }],
    ['inode', { inode: '1002' }],
  ])('is not known by another %s', (_what, change) => {
    const cache = openCache();
    cache.remember(path, file, findings);
    expect(cache.find(path, { ...file, ...change })).toBeNull();
  });

  it('is known under another path, and on another device, but not under both', () => {
    const cache = openCache();
    cache.remember(path, file, findings);
    expect(cache.find('/photos renamed/a.jpg', file)).toEqual(findings);
    expect(cache.find(path, { ...file, device: '2050' })).toEqual(findings);
    expect(cache.find('/photos renamed/a.jpg', { ...file, device: '2050' })).toBeNull();
  });

  it('is known by its path alone where clocks are coarse and inode numbers made up', () => {
    const cache = openCache();
    cache.remember(path, onCard, findings);
    expect(cache.find('/photos/b.jpg', onCard)).toBeNull();
    expect(cache.find(path, onCard)).toEqual(findings);
  });

  it('is not remembered where files have no numbers', () => {
    const cache = openCache();
    cache.remember(path, { ...file, inode: '0' }, findings);
    expect(cache.find(path, { ...file, inode: '0' })).toBeNull();
  });

  it('keeps all 64 bits of its numbers', () => {
    const cache = openCache();
    const far = { ...file, device: '18446744073709551615', inode: '9223372036854775809' };
    cache.remember(path, far, findings);
    expect(cache.find('/elsewhere', far)).toEqual(findings);
    expect(cache.find('/elsewhere', { ...far, device: '9223372036854775807' })).toBeNull();
  });

  it('takes the place of what was there before', () => {
    const { queue, database } = openQueue();
    for (const size of [1, 2, 3]) queue.hashCache.remember(path, { ...file, size }, findings);
    expect(database.db.prepare('SELECT size FROM known_file').pluck().all()).toEqual([3]);
  });
});

it('keeps the newest files, and no more than its limit and one round', () => {
  const { database } = openQueue();
  const cache = createHashCache(database.db, 10);
  const count = database.db.prepare('SELECT count(*) FROM known_file').pluck();
  for (let inode = 1; inode <= 100; inode++) {
    cache.remember(path, { ...file, inode: String(inode) }, findings);
    expect(count.get()).toBeLessThanOrEqual(21);
  }
  expect([cache.mayKnow({ inode: '100' }), cache.mayKnow({ inode: '91' })]).toEqual([true, true]);
  expect(cache.mayKnow({ inode: '50' })).toBe(false);
});

it('holds no name and no owner', () => {
  const { queue, database } = openQueue();
  queue.hashCache.remember('/home/ada/Secret wedding/bride.jpg', file, findings);
  const [row] = database.db.prepare('SELECT * FROM known_file').all() as object[];
  expect(JSON.stringify(row)).not.toMatch(/ada|wedding|bride/);
});

describe('what the queue does with it', () => {
  it('remembers with the row’s own step, and serves every owner, also when the row is gone', () => {
    const { queue } = openQueue();
    queue.add(owner, [newPhoto(1)]);
    queue.claim(owner, 'inspecting', 1);
    const inspected = { ...inspectedPhoto(1), remember: { path: newPhoto(1).path, ctimeNs: file.ctimeNs } };
    queue.move([{ id: 1, event: { type: 'advanced', to: 'checking' }, facts: { inspected } }]);
    queue.remove(owner, [1]);
    const seen = { ...newPhoto(1).stat, ctimeNs: file.ctimeNs };
    expect(queue.hashCache.find(newPhoto(1).path, seen)?.sha256).toBe(inspected.sha256);
  });

  it('remembers nothing of a file that was written a moment ago', () => {
    const { queue } = openQueue();
    queue.add(owner, [newPhoto(1)]);
    queue.claim(owner, 'inspecting', 1);
    queue.move([
      { id: 1, event: { type: 'advanced', to: 'checking' }, facts: { inspected: inspectedPhoto(1) } },
    ]);
    expect(queue.hashCache.mayKnow(newPhoto(1).stat)).toBe(false);
  });

  it('learns what decoding the picture showed, and says so to the next row', () => {
    const { queue } = openQueue();
    queue.add(owner, [newPhoto(1)]);
    queue.claim(owner, 'inspecting', 1);
    const inspected = { ...inspectedPhoto(1), remember: { path: newPhoto(1).path, ctimeNs: file.ctimeNs } };
    queue.move([{ id: 1, event: { type: 'advanced', to: 'checking' }, facts: { inspected } }]);
    queue.setDecoded(1, 'pixels');
    const seen = { ...newPhoto(1).stat, ctimeNs: file.ctimeNs };
    const found = queue.hashCache.find(newPhoto(1).path, seen);
    expect(found).toMatchObject({ decoded: true, damage: 'pixels' });

    queue.add('bob', [newPhoto(1)]);
    const [claimed] = queue.claim('bob', 'inspecting', 1);
    const recalled = { ...(found as Findings), stat: newPhoto(1).stat, remember: null };
    queue.move([
      { id: claimed?.id ?? 0, event: { type: 'advanced', to: 'checking' }, facts: { inspected: recalled } },
    ]);
    expect(queue.nextUndecoded('bob')).toBeNull();
    expect(queue.get(claimed?.id ?? 0)?.damage).toBe('pixels');
  });
});

it.each(Object.entries(cacheSql))('%s uses an index', (_name, sql) => {
  const { database } = openQueue();
  const bound = Object.fromEntries([...sql.matchAll(/@(\w+)/g)].map(([, name]) => [name, 1]));
  const plan = database.db
    .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
    .all(bound)
    .map(({ detail }) => detail)
    .filter((detail) => detail.includes('known_file'));
  expect(plan.length).toBeGreaterThan(0);
  // The greatest id is the last row: SQLite goes there at once, and calls that a search without a condition.
  for (const detail of plan) expect(detail).toMatch(/^SEARCH known_file/);
});
