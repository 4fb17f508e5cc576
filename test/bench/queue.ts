/**
 * What the queue's database costs at size, without an app around it: every call of the engine and of the window, at
 * 100,000 and at 1,000,000 rows.
 *
 *   npm run bench -- queue [--json FILE] [--rows 100000,1000000]
 *
 * Paths are as long as a photographer's, and hashes as random as SHA-256 makes them. Of the rows, half are done, a
 * tenth needs attention, and a hundred are being worked on; in the end all of them are done, and move to the history.
 * Calls are the engine's own, from the sources; times are of calls that keep the engine's event loop for themselves.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runnerImport } from 'vite';
import type * as DatabaseModule from '../../main/queue/database.ts';
import type * as PagesModule from '../../main/queue/pages.ts';
import type * as QueueModule from '../../main/queue/photo-queue.ts';
import { filters, sorts, type PageRequest } from '../../preload/contract/model.ts';
import { countFrom, optionsOf } from '../support/command-line.ts';
import { metric, report, round, type Metrics } from './lib/report.ts';

const owner = '7f3c2a10-5b8e-4d7a-9c61-0e2f4b6d8a90';
const now = 1_700_000_000_000;
const perTransaction = 1_000;
const perClaim = 32;
const claimed = 20_000;
const removed = 100_000;
const repeats = 5;
const noMarks = { bytesSent: () => 0, selected: () => false };

/** From the sources, with what Vite makes of an imported `.sql`. */
async function load<T>(file: string): Promise<T> {
  const url = path.join(import.meta.dirname, '../../main/queue', file);
  return (await runnerImport<T>(url, { configFile: false, logLevel: 'error' })).module;
}
const { openDatabase } = await load<typeof DatabaseModule>('database.ts');
const { createPhotoQueue } = await load<typeof QueueModule>('photo-queue.ts');
const { createPages } = await load<typeof PagesModule>('pages.ts');

function newPhoto(index: number): QueueModule.NewPhoto {
  const [year, day] = [2000 + Math.floor(index / 40_000), 1 + (Math.floor(index / 400) % 28)];
  const folder = `/home/anna/Pictures/${year}/${year}-05-${String(day).padStart(2, '0')} Lisbon`;
  return {
    path: `${folder}/IMG_${String(index).padStart(7, '0')}.JPG`,
    stat: {
      device: '2049',
      inode: String(10_000_000 + index),
      size: 4_000_000 + (index % 1000),
      mtimeNs: '1700000000123456789',
    },
    contentType: 'image/jpeg',
    extension: 'jpg',
  };
}

const sha256Of = (id: number): string => createHash('sha256').update(String(id)).digest('hex');

/** Where something else runs beside it, only the CPU time can be compared. */
let cpuMs = 0;

function timed<T>(work: () => T): [milliseconds: number, result: T] {
  const [from, cpuFrom] = [performance.now(), process.cpuUsage()];
  const result = work();
  const ms = performance.now() - from;
  const { user, system } = process.cpuUsage(cpuFrom);
  cpuMs += (user + system) / 1000;
  return [ms, result];
}

interface Figure {
  ms: number;
  /** Of all that was timed for this figure, repeats included. */
  cpuMs: number;
  note?: string;
}

async function measure(rows: number, file: string): Promise<Record<string, Figure>> {
  const found: Record<string, Figure> = {};
  const note = (name: string, ms: number, text?: string): void => {
    found[name] = { ms: round(ms), cpuMs: round(cpuMs), ...(text === undefined ? {} : { note: text }) };
    cpuMs = 0;
  };
  const database = openDatabase(file);
  const { db } = database;
  const queue = createPhotoQueue(db, () => now);
  const pages = createPages(db);

  const adds: number[] = [];
  for (let first = 0; first < rows; first += perTransaction) {
    const batch = Array.from({ length: perTransaction }, (_, index) => newPhoto(first + index));
    adds.push(timed(() => queue.add(owner, batch))[0]);
  }
  const addMs = adds.reduce((sum, ms) => sum + ms, 0);
  note('add, all', addMs, `${Math.round((rows / addMs) * 1000)} rows/s`);
  note('add, a transaction of 1,000', addMs / adds.length, `longest ${round(Math.max(...adds))} ms`);
  const again = Array.from({ length: perTransaction }, (_, index) => newPhoto(rows - 1 - index));
  note('add, 1,000 that are there', timed(() => queue.add(owner, again))[0]);

  // The life of some photos, as the stages live it.
  for (const [step, to] of [
    ['inspecting', 'checking'],
    ['checking', 'sending'],
    ['sending', 'confirming'],
    ['confirming', null],
  ] as const) {
    let ms = 0;
    for (let done = 0; done < claimed; done += perClaim) {
      const [claimMs, photos] = timed(() => queue.claim(owner, step, perClaim));
      const moves = photos.map((photo) => {
        if (to === null) return { id: photo.id, event: { type: 'stored' } as const, facts: { photoId: 'p' } };
        const event = { type: 'advanced', to } as const;
        if (to !== 'checking') return { id: photo.id, event };
        const inspected = {
          ...newPhoto(photo.id - 1),
          sha256: sha256Of(photo.id),
          md5: null,
          takenAt: '2024-05-06T07:08:09',
          takenOffset: null,
          takenSource: 'exif-original',
          camera: 'Canon EOS 40D',
          damage: null,
          decoded: false,
          parts: [],
          remember: { path: newPhoto(photo.id - 1).path, ctimeNs: '1700000001123456789' },
        };
        return { id: photo.id, event, facts: { inspected } };
      });
      ms += claimMs + timed(() => queue.move(moves))[0];
    }
    note(
      `claim 32, move 32: ${step}`,
      (ms / claimed) * perClaim,
      `${Math.round((claimed / ms) * 1000)} rows/s`,
    );
  }

  // The rest becomes what it is by way of SQL: the life of each would take longer than all measurements.
  db.function('hash', { deterministic: true }, (id) => Buffer.from(sha256Of(Number(id)), 'hex'));
  db.transaction(() => {
    db.prepare(
      `UPDATE photo SET status = 'done', step = 'confirming', reason = '', sha256 = hash(id), decoded = 1, done_at = ?,
        object_key = 'users/${owner}/photos/' || lower(hex(hash(id))) || '.jpg', photo_id = 'p' || id
        WHERE id <= ? AND status = 'waiting'`,
    ).run(now, rows / 2);
    db.prepare(`UPDATE photo SET status = 'blocked', reason = 'missing' WHERE id > ? AND id % 5 = 0`).run(
      rows / 2,
    );
    db.prepare(`UPDATE photo SET status = 'active', reason = '' WHERE status = 'waiting' AND id <= ?`).run(
      rows / 2 + 125,
    );
  })();

  const ask = async (name: string, request: PageRequest, asked = pages): Promise<void> => {
    const times: number[] = [];
    const cpuFrom = process.cpuUsage();
    for (let n = 0; n < repeats; n += 1) {
      const from = performance.now();
      await asked.page(owner, request, noMarks);
      times.push(performance.now() - from);
    }
    const { user, system } = process.cpuUsage(cpuFrom);
    cpuMs += (user + system) / 1000;
    const [first = 0] = times;
    const sorted = times.sort((a, b) => a - b);
    note(
      name,
      sorted[Math.floor(repeats / 2)] ?? 0,
      `first ${round(first)} ms, longest ${round(sorted.at(-1) ?? 0)} ms`,
    );
  };
  for (const filter of filters) {
    const total = pages.tallies(owner)[filter].count;
    for (const descending of [false, true]) {
      for (const [place, offset] of [
        ['start', 0],
        ['middle', Math.floor(total / 2)],
        ['end', Math.max(0, total - 100)],
      ] as const) {
        const request = { filter, sort: 'added', descending, offset, limit: 100 } as const;
        await ask(`page ${filter} ${descending ? 'newest' : 'oldest'} ${place}`, request);
      }
    }
  }
  // Each is listed first: the first time is what a person waits for.
  for (const sort of sorts) await ask(`sort ${sort}`, { filter: 'all', sort, offset: rows / 2, limit: 100 });
  for (const search of ['i', 'im', 'img', 'lisbon', 'lisbon 2001', '0099123', 'nowhere']) {
    await ask(`search "${search}"`, { filter: 'all', sort: 'added', search, offset: 0, limit: 100 });
  }
  note('summary', timed(() => pages.tallies(owner))[0]);
  const [releaseMs, released] = timed(() => queue.releaseAll('ready'));
  note('releaseAll', releaseMs, `${released} rows`);
  const [retryMs, retried] = timed(() => queue.retry(owner, []));
  note('retry all', retryMs, `${retried} rows`);

  db.pragma('wal_checkpoint(TRUNCATE)');
  const bytes = fs.statSync(file).size;
  note('size', bytes / 1e6, `MB; ${round(bytes / rows)} bytes a row`);

  // Not closed: the next start checks it.
  db.close();
  const [openMs, reopened] = timed(() => openDatabase(file));
  note('open after an unclean exit', openMs, reopened.recovered ? 'checked' : 'NOT CHECKED');
  const ids = Array.from({ length: Math.min(removed, rows / 2) }, (_, index) => index + 1);
  const after = createPhotoQueue(reopened.db, () => now);
  note(`remove ${ids.length}`, timed(() => after.remove(owner, ids))[0]);

  reopened.db.function('hash', { deterministic: true }, (id) => Buffer.from(sha256Of(Number(id)), 'hex'));
  reopened.db
    .prepare(
      `UPDATE photo SET status = 'done', step = 'confirming', reason = '', decoded = 1, done_at = ?,
        sha256 = coalesce(sha256, hash(id)) WHERE status <> 'done' OR decoded = 0`,
    )
    .run(now);
  const batches: number[] = [];
  for (let next: number | null = 0; next !== null;) {
    const behind: number = next;
    const [ms, moved] = timed(() => after.archive.move(owner, behind, now));
    batches.push(ms);
    next = moved.next;
  }
  const moveMs = batches.reduce((sum, ms) => sum + ms, 0);
  note(
    'to the history, a batch',
    moveMs / batches.length,
    `${rows - ids.length} rows, longest ${round(Math.max(...batches))} ms`,
  );
  const history = createPages(reopened.db);
  const total = history.tallies(owner).history.count;
  for (const sort of sorts) {
    for (const descending of [false, true]) {
      const request = {
        filter: 'history',
        sort,
        descending,
        offset: Math.floor(total / 2),
        limit: 100,
      } as const;
      await ask(`history, sort ${sort}${descending ? ' descending' : ''}`, request, history);
    }
  }
  for (const search of ['im', 'lisbon 2001', 'nowhere'])
    await ask(
      `history, search "${search}"`,
      { filter: 'history', sort: 'added', search, offset: 0, limit: 100 },
      history,
    );
  const [closeMs] = timed(() => reopened.close());
  note('close', closeMs);
  return found;
}

const values = optionsOf({ json: undefined, rows: '100000,1000000' });
const metrics: Metrics = {};
for (const rows of values.rows.split(',').map(countFrom)) {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'tintype-queue-'));
  try {
    const found = await measure(rows, path.join(dir, 'queue.sqlite'));
    console.log(`\n${rows.toLocaleString('en')} rows`);
    console.table(found);
    for (const [name, { ms }] of Object.entries(found)) {
      metrics[`queue.${rows}.${name.replaceAll(/[^a-zA-Z0-9]+/g, '_')}`] = metric([ms], 'ms');
    }
  } finally {
    fs.rmSync(dir, { recursive: true, force: true });
  }
}
report('queue', metrics, values.json);
