/** What the queue's database holds, read from a copy of its files: the app's own are left alone, locks and all. */
import Database from 'better-sqlite3';
import fs from 'node:fs';
import path from 'node:path';
import { displayPath } from '../../main/lib/path-text.ts';

export interface QueueRow {
  id: number;
  owner: string;
  path: string;
  size: number;
  /** Lower-case hex; null before inspection. */
  sha256: string | null;
  status: 'waiting' | 'active' | 'done' | 'blocked';
  step: string;
  reason: string;
  objectKey: string | null;
  photoId: string | null;
  lastError: string | null;
}

export interface Autopsy {
  rows: QueueRow[];
  /** By status: how many rows the app believes that it has. */
  counted: ReadonlyMap<string, number>;
  /** Multipart uploads that the queue remembers. */
  uploadIds: ReadonlySet<string>;
  /** What SQLite itself finds wrong with the file. */
  damage: string[];
}

/**
 * Reads the queue of a user-data folder. No process of the app may be writing.
 *
 * @param scratch a folder for the copy, removed afterwards.
 */
export function openAutopsy(userDataDir: string, scratch: string): Autopsy {
  fs.mkdirSync(scratch, { recursive: true });
  try {
    // Without the -shm file: SQLite makes it anew from the log.
    for (const name of ['queue.sqlite', 'queue.sqlite-wal']) {
      const file = path.join(userDataDir, name);
      if (fs.existsSync(file)) fs.copyFileSync(file, path.join(scratch, name));
    }
    const file = path.join(scratch, 'queue.sqlite');
    if (!fs.existsSync(file)) return { rows: [], counted: new Map(), uploadIds: new Set(), damage: [] };
    const db = new Database(file);
    try {
      return read(db);
    } finally {
      db.close();
    }
  } finally {
    fs.rmSync(scratch, { recursive: true });
  }
}

function read(db: Database.Database): Autopsy {
  const damage = (db.pragma('integrity_check') as { integrity_check: string }[])
    .map((line) => line.integrity_check)
    .filter((line) => line !== 'ok');
  // Killed before its first migration was through.
  if (db.pragma('user_version', { simple: true }) === 0) {
    return { rows: [], counted: new Map(), uploadIds: new Set(), damage };
  }
  const rows = db
    .prepare<[], QueueRow>(
      `SELECT id, owner, path, size, lower(hex(sha256)) AS sha256, status, step, reason, object_key AS objectKey,
         photo_id AS photoId, last_error AS lastError FROM photo ORDER BY id`,
    )
    .all()
    .map((row) => ({
      ...row,
      path: displayPath(row.path),
      sha256: row.sha256 === '' ? null : row.sha256,
    }));
  const counted = db
    .prepare<[], { bucket: string; count: number }>(
      'SELECT bucket, sum(count) AS count FROM counter GROUP BY bucket',
    )
    .all()
    .map(({ bucket, count }): [string, number] => [bucket, count]);
  const uploadIds = db.prepare<[], string>('SELECT upload_id FROM multipart').pluck().all();
  return { rows, counted: new Map(counted), uploadIds: new Set(uploadIds), damage };
}
