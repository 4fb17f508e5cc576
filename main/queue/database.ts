/** Opens the queue's database: pragmas, migrations, the check after an unclean exit. */
import Database from 'better-sqlite3';
import fs from 'node:fs';
import path from 'node:path';
import { errorCode } from '../lib/log.ts';
import { ProblemError } from '../lib/rpc.ts';
import photos from './migrations/0001-photos.sql?raw';
import lanes from './migrations/0002-lanes.sql?raw';
import knownFiles from './migrations/0003-known-files.sql?raw';
import begunUploads from './migrations/0004-begun-uploads.sql?raw';
import waitingRows from './migrations/0005-waiting-rows.sql?raw';
import search from './migrations/0006-search.sql?raw';
import volumes from './migrations/0007-volumes.sql?raw';
import history from './migrations/0008-history.sql?raw';
import { searchable } from './search-text.ts';

export type Sqlite = Database.Database;

/** Numbered by their place; frozen once released. */
export const migrations: readonly string[] = [
  photos,
  lanes,
  knownFiles,
  begunUploads,
  waitingRows,
  search,
  volumes,
  history,
];

export interface OpenedDatabase {
  db: Sqlite;
  /** The last run did not close the database: it was checked and found whole. */
  recovered: boolean;
  /**
   * Writes something that changes nothing.
   *
   * @throws SQLite's error when it cannot be written: SQLITE_FULL while the disk is.
   */
  probe(): void;
  /** @param clean false = the next run must check the file, for this one has met trouble with it. */
  close(clean?: boolean): void;
}

/**
 * Opens (or makes) the queue at `file` and brings its schema up to date, after a backup beside it
 * (`<file>.before-<version>`).
 *
 * @throws ProblemError `database_newer` when a newer Tintype wrote it, `database_damaged` when it fails SQLite's
 * integrity check or is no database, `database_full` when the disk is. Nothing is changed in any of these cases.
 */
export function openDatabase(file: string, steps: readonly string[] = migrations): OpenedDatabase {
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  try {
    return open(file, steps);
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw new ProblemError({ code: codeOf(error), detail: errorCode(error) });
  }
}

function open(file: string, steps: readonly string[]): OpenedDatabase {
  const db = new Database(file);
  try {
    const version = db.pragma('user_version', { simple: true }) as number;
    // Before the first table: so that removed rows give their space back (queue/upkeep.ts).
    if (version === 0) db.pragma('auto_vacuum = INCREMENTAL');
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = NORMAL');
    // On a Mac a plain fsync leaves the bytes in the drive's own cache; elsewhere this says nothing.
    db.pragma('fullfsync = ON');
    db.pragma('foreign_keys = ON');
    // For each statement that has a trigger SQLite keeps a journal of its own: in a file it costs more than the row.
    db.pragma('temp_store = MEMORY');
    db.pragma('busy_timeout = 5000');
    // KiB. The system caches the file as well; SQLite's own 16 MB make nothing faster that the queue does.
    db.pragma('cache_size = -4096');
    if (version > steps.length) {
      throw new ProblemError({ code: 'database_newer', detail: `schema ${version}, known ${steps.length}` });
    }
    const recovered = version > 0 && !wasClosed(db);
    if (recovered) check(db);
    migrate(db, file, version, steps);
    db.prepare('UPDATE lifecycle SET clean = 0').run();
    return {
      db,
      recovered,
      probe: db.transaction(() => {
        // SQLite leaves a page alone that would stay the same: change it, and change it back.
        db.prepare('UPDATE lifecycle SET clean = 1').run();
        db.prepare('UPDATE lifecycle SET clean = 0').run();
      }),
      close: (clean = true) => {
        try {
          if (!clean) return;
          db.prepare('UPDATE lifecycle SET clean = 1').run();
          db.pragma('wal_checkpoint(TRUNCATE)');
        } finally {
          db.close();
        }
      },
    };
  } catch (error) {
    db.close();
    throw error;
  }
}

function wasClosed(db: Sqlite): boolean {
  return db.prepare('SELECT clean FROM lifecycle').pluck().get() === 1;
}

/** `quick_check` leaves out the comparison of indexes with tables: seconds instead of minutes at a million rows. */
function check(db: Sqlite): void {
  const result = db.pragma('quick_check(1)', { simple: true }) as string;
  if (result !== 'ok') throw new ProblemError({ code: 'database_damaged', detail: result });
}

function migrate(db: Sqlite, file: string, from: number, steps: readonly string[]): void {
  if (from === steps.length) return;
  // 0006-search.sql calls it.
  db.function('searchable', { deterministic: true }, (pathText) => searchable(String(pathText)));
  if (from > 0) {
    const backup = `${file}.before-${steps.length}`;
    fs.rmSync(backup, { force: true });
    db.prepare('VACUUM INTO ?').run(backup);
    // One that was made without: it takes the setting over when it is written anew.
    if (db.pragma('auto_vacuum', { simple: true }) === 0) db.exec('PRAGMA auto_vacuum = INCREMENTAL; VACUUM');
  }
  for (const [index, sql] of steps.entries()) {
    if (index < from) continue;
    db.transaction(() => {
      db.exec(sql);
      db.pragma(`user_version = ${index + 1}`);
    })();
  }
}

/** The problem behind an SQLite error, by its result code (sqlite.org/rescode.html). */
export function codeOf(error: unknown): 'database_full' | 'database_damaged' | 'internal' {
  const code = errorCode(error);
  if (code.startsWith('SQLITE_FULL')) return 'database_full';
  if (code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_NOTADB')) return 'database_damaged';
  return 'internal';
}
