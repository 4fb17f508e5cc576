/** The one way to PostgreSQL: a server through pg, or the embedded PGlite, which speaks the same SQL. */
import type { PGlite } from '@electric-sql/pglite';
import type { Pool } from 'pg';
import { Problem } from '../problems.ts';

export type Row = Record<string, unknown>;

export interface Sql {
  /** One statement with $1, $2, …; numbers, strings and null only, lists go as JSON text. */
  query(text: string, values?: readonly (string | number | null)[]): Promise<Row[]>;
  /** Several statements without values. */
  run(text: string): Promise<void>;
}

export interface Database extends Sql {
  /** All or nothing; rolls back when `work` throws. */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Connections per backend process. */
const poolSize = 10;
const connectTimeoutMs = 5000;
const statementTimeoutMs = 15_000;

/** Opens a pool of connections to a PostgreSQL server; the first query connects. */
export async function openPostgres(url: string, onIdleError: (error: Error) => void): Promise<Database> {
  const { default: pg } = await import('pg');
  const pool: Pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    application_name: 'tintype-backend',
  });
  // Without a listener, a server that goes away while nothing is asked would end the process.
  pool.on('error', onIdleError);
  return {
    async query(text, values = []) {
      try {
        return (await pool.query(text, [...values])).rows as Row[];
      } catch (error) {
        throw isOutage(error) ? new Problem('records_unavailable', { cause: error }) : error;
      }
    },
    run: async (text) => void (await pool.query(text)),
    async transaction(work) {
      const client = await pool.connect();
      try {
        await client.query('BEGIN');
        const result = await work({
          query: async (text, values = []) => (await client.query(text, [...values])).rows as Row[],
          run: async (text) => void (await client.query(text)),
        });
        await client.query('COMMIT');
        client.release();
        return result;
      } catch (error) {
        // The connection may be the very thing that broke: it is not used again.
        client.release(true);
        throw error;
      }
    },
    close: () => pool.end(),
  };
}

/**
 * Whether a failure is the server's absence rather than our fault: it has no SQLSTATE (the network), or one of the
 * classes 08 connection, 53 resources, 57 intervention (PostgreSQL, appendix A).
 */
function isOutage(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code !== 'string' || !/^[0-9A-Z]{5}$/.test(code) || /^(08|53|57)/.test(code);
}

/** Opens the embedded database in `dir`, or one in memory. One process at a time may have a folder open. */
export async function openPglite(dir?: string): Promise<Database> {
  const { PGlite: Embedded } = await import('@electric-sql/pglite');
  const db: PGlite = await (dir === undefined ? Embedded.create() : Embedded.create(dir));
  return {
    query: async (text, values = []) => (await db.query<Row>(text, [...values])).rows,
    run: async (text) => void (await db.exec(text)),
    transaction: (work) =>
      db.transaction((tx) =>
        work({
          query: async (text, values = []) => (await tx.query<Row>(text, [...values])).rows,
          run: async (text) => void (await tx.exec(text)),
        }),
      ),
    close: () => db.close(),
  };
}
