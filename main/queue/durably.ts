import type { Sqlite } from './database.ts';

/**
 * Runs a transaction that survives a power cut once this returns.
 *
 * [Note: Durable commits] WAL with `synchronous = NORMAL` may lose the last commits to a power cut. Where a row changes
 * promise (accepted, done, an upload begun) that must not happen, so these alone are written with FULL.
 */
export function durably<T>(db: Sqlite, work: () => T): T {
  db.pragma('synchronous = FULL');
  try {
    return db.transaction(work).immediate();
  } finally {
    db.pragma('synchronous = NORMAL');
  }
}
