/**
 * What the queue has done in one go, for the person who comes back to it.
 *
 * [Note: A run] It begins when the first row is claimed and ends when nothing is left that can go on by itself: what is
 * left then was paused, is on a volume that is away, or needs somebody. A pause of everything and a lost network are
 * part of it, and so is a crash: a run stands in the database, and its figures are counted by the triggers of
 * 0008-history.sql in the transactions that bring them about, so that they are as right as the rows.
 */
import type { RunReport } from '../../preload/contract/model.ts';
import type { Sqlite } from './database.ts';

export interface Runs {
  /** Something of this owner's is worked on; part of the transaction that claims it. */
  begin(owner: string): void;
  /** Whether one goes on. */
  isOpen(owner: string): boolean;
  /** Ends the run if one goes on. Null when it did not, or when nothing came of it that could be told. */
  end(owner: string): RunReport | null;
  /** The newest that has ended. */
  last(owner: string): RunReport | null;
  forget(owner: string): void;
}

/** Of each owner so many are kept. */
const keptRuns = 50;

const columns = `id, started_at AS startedAt, ended_at AS endedAt, stored + duplicates + attention + waiting AS queued,
  stored, duplicates, attention, waiting, bytes`;

/** Every query, so that a test can EXPLAIN each. */
export const runSql = {
  begin: `INSERT INTO run (owner, started_at) SELECT @owner, @now
    WHERE NOT EXISTS (SELECT 1 FROM run WHERE owner = @owner AND ended_at IS NULL)`,
  open: 'SELECT id FROM run WHERE owner = @owner AND ended_at IS NULL',
  end: `UPDATE run SET ended_at = @now,
    waiting = coalesce((SELECT count FROM counter WHERE owner = @owner AND bucket = 'waiting'), 0)
    WHERE owner = @owner AND ended_at IS NULL`,
  /** Everything in it was taken out again, or halted before it came to anything. */
  drop: `DELETE FROM run WHERE owner = @owner AND ended_at IS NULL AND stored + duplicates + attention = 0`,
  trim: `DELETE FROM run WHERE owner = @owner AND id <=
    (SELECT id FROM run WHERE owner = @owner ORDER BY id DESC LIMIT 1 OFFSET ${keptRuns})`,
  last: `SELECT ${columns} FROM run WHERE owner = @owner AND ended_at IS NOT NULL ORDER BY id DESC LIMIT 1`,
  forget: 'DELETE FROM run WHERE owner = @owner',
} as const;

/** @param now Unix milliseconds. */
export function createRuns(db: Sqlite, now: () => number): Runs {
  const begin = db.prepare(runSql.begin);
  const open = db.prepare<{ owner: string }, number>(runSql.open).pluck();
  const end = db.prepare(runSql.end);
  const drop = db.prepare(runSql.drop);
  const trim = db.prepare(runSql.trim);
  const newest = db.prepare<{ owner: string }, RunReport>(runSql.last);
  const forget = db.prepare(runSql.forget);
  const last = (owner: string): RunReport | null => newest.get({ owner }) ?? null;
  return {
    begin: (owner) => {
      begin.run({ owner, now: now() });
    },
    isOpen: (owner) => open.get({ owner }) !== undefined,
    end: db.transaction((owner: string) => {
      drop.run({ owner });
      if (end.run({ owner, now: now() }).changes === 0) return null;
      trim.run({ owner });
      return last(owner);
    }),
    last,
    forget: (owner) => {
      forget.run({ owner });
    },
  };
}
