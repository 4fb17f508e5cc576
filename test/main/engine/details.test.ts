import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createDetails, detailsSql, type Details } from '../../../main/engine/details.ts';
import { encodePath } from '../../../main/lib/path-text.ts';
import { writeFile } from '../../support/files.ts';
import { inspectedPhoto, newPhoto, openQueue, owner, type TestQueue } from '../../support/queue.ts';
import { tempDir } from '../../support/temp-dir.ts';

const marks = { bytesSent: () => 0, selected: () => false };

function open(): TestQueue & { details: Details } {
  const test = openQueue();
  return { ...test, details: createDetails(test.database.db, test.pages, test.queue.attempts) };
}

describe('details', () => {
  it('tell what inspection found, and what else in the queue is the same photo', () => {
    const { queue, details } = open();
    queue.add(owner, [newPhoto(1), newPhoto(2), newPhoto(3)]);
    expect(details.of(owner, 1, marks)).toMatchObject({ camera: null, sha256: null, sameContent: [] });
    queue.claim(owner, 'inspecting', 3);
    queue.move(
      [1, 2, 3].map((id) => ({
        id,
        event: { type: 'advanced', to: 'checking' },
        facts: { inspected: inspectedPhoto(id, id === 3 ? 3 : 1) },
      })),
    );
    expect(details.of(owner, 1, marks)).toMatchObject({
      row: { id: 1, fileName: '000001.jpg', takenAt: '2024-05-06T07:08:09+02:00' },
      camera: 'Plate Camera',
      takenSource: 'exif-original',
      sha256: '1'.padStart(64, '0'),
      sameContent: ['/photos/000002.jpg'],
    });
  });

  it('are nobody else’s', async () => {
    const { queue, details } = open();
    queue.add(owner, [newPhoto(1)]);
    expect(details.of('bob', 1, marks)).toBeNull();
    await expect(details.place('bob', 1)).rejects.toMatchObject({ problem: { code: 'bad_request' } });
  });

  it.each(Object.entries(detailsSql))('are found by an index: %s', (_name, sql) => {
    const plan = openQueue()
      .database.db.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
      .all({ owner, id: 1 })
      .map(({ detail }) => detail);
    expect(plan.join('\n')).not.toMatch(/SCAN/);
    expect(plan.join('\n')).toMatch(/SEARCH photo/);
  });
});

describe('a file’s place', () => {
  it('is its path, as long as it is there', async () => {
    const { queue, details } = open();
    const file = path.join(tempDir(), 'IMG_1.jpg');
    writeFile(file, 'x');
    queue.add(owner, [{ ...newPhoto(1), path: file }]);
    expect(await details.place(owner, 1)).toBe(file);
    fs.rmSync(file);
    await expect(details.place(owner, 1)).rejects.toMatchObject({ problem: { code: 'file_not_found' } });
  });

  it('is the folder where the name is no text', async () => {
    const { queue, details } = open();
    const folder = tempDir();
    const file = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from('Z\xfcrich.jpg', 'latin1')]);
    fs.writeFileSync(file, 'x');
    queue.add(owner, [{ ...newPhoto(1), path: encodePath(file) }]);
    expect(await details.place(owner, 1)).toBe(folder);
  });
});
