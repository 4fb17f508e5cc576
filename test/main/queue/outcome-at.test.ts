import { expect, it } from 'vitest';
import { createOutcomeAt, outcomeSql } from '../../../main/queue/outcome-at.ts';
import { openQueue, owner } from '../../support/queue.ts';

it('says what became of the file at a path, by an index', () => {
  const { db } = openQueue().database;
  const insert =
    db.prepare(`INSERT INTO photo (owner, path, device, inode, size, mtime_ns, content_type, extension, folded,
    volume, status, step, reason, added_at, duplicate_of)
    VALUES (@owner, @path, 1, 1, 1, '1', 'image/png', 'png', '', @volume, @status, 'confirming', 'ready', 1, @of)`);
  const row = (path: string, status: string, of: string | null = null, volume = 0): void => {
    insert.run({ owner, path, status, of, volume });
  };
  row('/a', 'waiting');
  row('/b', 'done');
  row('/c', 'done', 'the same');
  row('/d', 'blocked');
  // Where another disk was once, too.
  row('/b', 'done', null, 7);
  const outcomeAt = createOutcomeAt(db);
  expect(['/a', '/b', '/c', '/d', '/e'].map((path) => outcomeAt(owner, path))).toEqual([
    'open',
    'stored',
    'duplicate',
    'open',
    null,
  ]);
  row('/b', 'waiting', null, 8);
  expect(outcomeAt(owner, '/b')).toBe('open');
  expect(outcomeAt('bob', '/a')).toBeNull();
  const plan = db.prepare(`EXPLAIN QUERY PLAN ${outcomeSql}`).all({ owner, path: '/a' });
  expect(JSON.stringify(plan)).toMatch(/SEARCH photo USING INDEX photo_path \(owner=\? AND path=\?\)/);
});
