import Database from 'better-sqlite3';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { codeOf, migrations, openDatabase } from '../../../main/queue/database.ts';
import { tempDir } from '../../support/temp-dir.ts';

const queueFile = (): string => path.join(tempDir(), 'queue.sqlite');

describe('openDatabase', () => {
  it('makes a database with STRICT tables, in WAL mode, and opens it again', () => {
    const file = queueFile();
    openDatabase(file).close();
    const { db, recovered, close } = openDatabase(file);
    expect(recovered).toBe(false);
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(db.pragma('fullfsync', { simple: true })).toBe(1);
    expect(db.pragma('user_version', { simple: true })).toBe(migrations.length);
    const loose = db
      .prepare(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND strict = 0 AND name NOT LIKE 'sqlite_%'",
      )
      .all();
    expect(loose).toEqual([]);
    close();
  });

  it('notices that the last run did not close it', () => {
    const file = queueFile();
    openDatabase(file).db.close();
    const { recovered, close } = openDatabase(file);
    expect(recovered).toBe(true);
    close();
  });

  it('looks at the file closely after a run that did not close it, and refuses one that is damaged', () => {
    const file = queueFile();
    const { db } = openDatabase(file);
    const page = db
      .prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'photo_path'")
      .pluck()
      .get() as number;
    const size = db.pragma('page_size', { simple: true }) as number;
    db.pragma('wal_checkpoint(TRUNCATE)');
    db.close();
    // Nothing that is read to open it.
    const handle = fs.openSync(file, 'r+');
    fs.writeSync(handle, Buffer.alloc(size, 0xff), 0, size, (page - 1) * size);
    fs.closeSync(handle);
    const before = fs.readFileSync(file);
    expect(() => openDatabase(file)).toThrow(
      expect.objectContaining({ problem: expect.objectContaining({ code: 'database_damaged' }) }),
    );
    expect(fs.readFileSync(file).equals(before)).toBe(true);
  });

  it('refuses a schema from the future and leaves it as it is', () => {
    const file = queueFile();
    const { db } = openDatabase(file);
    db.pragma('user_version = 999');
    db.close();
    expect(() => openDatabase(file)).toThrow(
      expect.objectContaining({ problem: expect.objectContaining({ code: 'database_newer' }) }),
    );
    const after = new Database(file);
    expect(after.pragma('user_version', { simple: true })).toBe(999);
    after.close();
  });

  it('refuses a file that is no database, and does not overwrite it', () => {
    const file = queueFile();
    fs.writeFileSync(file, 'not a database, but somebody’s only copy of a shopping list'.repeat(100));
    expect(() => openDatabase(file)).toThrow(
      expect.objectContaining({ problem: expect.objectContaining({ code: 'database_damaged' }) }),
    );
    expect(fs.readFileSync(file, 'utf8')).toContain('shopping list');
  });

  it('keeps a backup beside it before it migrates', () => {
    const file = queueFile();
    const { db, close } = openDatabase(file);
    db.exec("INSERT INTO counter VALUES ('ada', 'waiting', 3, 30)");
    close();
    const steps = [...migrations, 'CREATE TABLE later (id INTEGER PRIMARY KEY) STRICT;'];
    openDatabase(file, steps).close();
    const backup = new Database(`${file}.before-${steps.length}`);
    expect(backup.pragma('user_version', { simple: true })).toBe(migrations.length);
    expect(backup.prepare('SELECT count FROM counter').pluck().get()).toBe(3);
    backup.close();
  });

  it('leaves the schema as it was when a migration fails', () => {
    const file = queueFile();
    openDatabase(file).close();
    expect(() =>
      openDatabase(file, [...migrations, 'CREATE TABLE half (id INTEGER); SELECT nonsense;']),
    ).toThrow();
    const { db, close } = openDatabase(file);
    expect(db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'half'").get()).toBeUndefined();
    close();
  });

  it('tells a full disk from a damaged file by SQLite’s codes', () => {
    expect(codeOf(new Database.SqliteError('x', 'SQLITE_FULL'))).toBe('database_full');
    expect(codeOf(new Database.SqliteError('x', 'SQLITE_CORRUPT_VTAB'))).toBe('database_damaged');
    expect(codeOf(new Error('x'))).toBe('internal');
  });
});
