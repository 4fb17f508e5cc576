/** Brings the schema up to date: numbered files, each applied once, in order, all in one transaction. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Database } from './database.ts';

const folder = new URL('migrations/', import.meta.url);
/** Any number, the same in every process: several backends may start at the same moment. */
const lockNumber = 7_468_301;

/**
 * Applies the migrations that the database lacks.
 * Throws when the database comes from a newer version of the backend, and leaves it as it is.
 */
export async function migrate(database: Database): Promise<void> {
  const migrations = readdirSync(folder)
    .filter((name) => /^\d{4}-.*\.sql$/.test(name))
    .sort()
    .map((name) => ({ number: Number(name.slice(0, 4)), name }));
  await database.transaction(async (sql) => {
    await sql.query('SELECT pg_advisory_xact_lock($1)', [lockNumber]);
    await sql.run(
      'CREATE TABLE IF NOT EXISTS migrations (number int PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())',
    );
    const applied = Number(
      (await sql.query('SELECT coalesce(max(number), 0) AS number FROM migrations'))[0]?.['number'],
    );
    const newest = migrations.at(-1)?.number ?? 0;
    if (applied > newest) {
      throw new Error(
        `The database has schema ${applied}, this backend knows ${newest}: run the newer backend, or restore a backup.`,
      );
    }
    for (const { number, name } of migrations) {
      if (number <= applied) continue;
      await sql.run(readFileSync(new URL(name, folder), 'utf8'));
      await sql.query('INSERT INTO migrations (number) VALUES ($1)', [number]);
    }
  });
}
