import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPglite } from '../../../backend/records/database.ts';
import type { Database } from '../../../backend/records/database.ts';
import { migrate } from '../../../backend/records/migrate.ts';
import { createPhotoRecords } from '../../../backend/records/photo-records.ts';
import type { NewPhoto } from '../../../backend/records/photo-records.ts';
import { prepareRecords } from '../../../sandbox/records.ts';

let dir: string;
let database: Database;
beforeAll(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'tintype-records-'));
  await prepareRecords(path.join(dir, 'records'));
  database = await openPglite(path.join(dir, 'records'));
  await migrate(database);
});
afterAll(async () => {
  await database.close();
  rmSync(dir, { recursive: true });
});

function newPhoto(change: Partial<NewPhoto> = {}): NewPhoto {
  const sha256 = randomBytes(32).toString('hex');
  const key = `users/ada/photos/${sha256}.jpg`;
  return { sha256, size: 1000, key, contentType: 'image/jpeg', fileName: 'a.jpg', takenAt: null, ...change };
}

describe('the schema', () => {
  it('is left alone by a second start, and refused when it comes from a newer backend', async () => {
    await migrate(database);
    expect(await database.query('SELECT number FROM migrations')).toEqual([{ number: 1 }]);
    await database.run('INSERT INTO migrations (number) VALUES (99)');
    await expect(migrate(database)).rejects.toThrow('schema 99');
    await database.run('DELETE FROM migrations WHERE number = 99');
  });
});

describe('records', () => {
  it('keep every character of a name, sizes beyond 32 bits, and times as they were told', async () => {
    const records = createPhotoRecords(database);
    const photo = newPhoto({
      fileName: `Ünïcode "quoted" 'single' \\ 照片\n🤷.jpg`,
      size: 5 * 2 ** 40,
      takenAt: '2026-05-03T18:22:10.5+02:00',
    });
    await records.add('keeper', [photo]);
    const found = (await records.find('keeper', [photo.sha256])).get(photo.sha256);
    expect(found).toMatchObject(photo);
    expect(Math.abs(Date.parse(found?.storedAt ?? '') - Date.now())).toBeLessThan(60_000);
    expect(await records.totals('keeper')).toEqual({ photos: 1, bytes: 5 * 2 ** 40 });
  });

  it('are added once for each owner, and the totals follow', async () => {
    const records = createPhotoRecords(database);
    const photos = [newPhoto({ size: 10 }), newPhoto({ size: 20 })];
    expect(await records.add('one', photos)).toEqual(new Set(photos.map(({ sha256 }) => sha256)));
    expect(await records.add('one', [photos[0] as NewPhoto, newPhoto({ size: 5 })])).toHaveProperty(
      'size',
      1,
    );
    expect(await records.add('two', photos)).toHaveProperty('size', 2);
    expect(await records.totals('one')).toEqual({ photos: 3, bytes: 35 });
    expect(await records.totals('nobody')).toEqual({ photos: 0, bytes: 0 });
  });

  it.each([
    ['without statistics', 300, ''],
    ['with them', 20_000, 'ANALYZE photos'],
  ])('are read by index, however many there are, %s', async (_name, count, analyze) => {
    await database.run(`INSERT INTO photos (owner, sha256, size, key, content_type, file_name)
      SELECT 'crowd' || (n % 50), sha256(('${analyze}' || n)::bytea), 1, 'k', 'image/jpeg', 'f'
      FROM generate_series(1, ${count}) AS n;
      ${analyze}`);
    // The very statements that are sent.
    const statements: [string, (string | number | null)[]][] = [];
    const records = createPhotoRecords({
      ...database,
      query: async (text, values = []) => {
        statements.push([text, [...values]]);
        return [];
      },
    });
    await records.find(
      'crowd7',
      Array.from({ length: 100 }, () => newPhoto().sha256),
    );
    await records.page('crowd7', null, 20);
    await records.totals('crowd7');
    const plans = [];
    for (const [text, values] of statements) {
      const rows = await database.query(`EXPLAIN ${text}`, values);
      plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
    }
    expect(plans[0]).toContain('photos_owner_sha256_key');
    expect(plans[1]).toContain('photos_pkey');
    expect(plans[1]).toMatch(/Index Cond: .*owner/);
    expect(plans[1]).not.toContain('Sort');
    for (const plan of plans) expect(plan).not.toMatch(/Seq Scan on photos/);
  });
});
