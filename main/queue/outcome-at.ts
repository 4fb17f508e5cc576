/** What has become of the file at a path. */
import type { Sqlite } from './database.ts';

export type Outcome =
  /** Not done yet. */
  | 'open'
  /** The library had it already. */
  | 'duplicate'
  /** Stored by this row, which is on the disk for good. */
  | 'stored';

/** Exported so that a test can EXPLAIN it. Of several volumes at one path the least advanced row counts. */
export const outcomeSql = `SELECT min(iif(status <> 'done', 0, iif(duplicate_of IS NOT NULL, 1, 2)))
  FROM photo WHERE owner = @owner AND path = @path`;

const outcomes = ['open', 'duplicate', 'stored'] as const satisfies readonly Outcome[];

/** Returns null for a path that no row of the owner has. */
export function createOutcomeAt(db: Sqlite): (owner: string, path: string) => Outcome | null {
  const find = db.prepare<{ owner: string; path: string }, number | null>(outcomeSql).pluck();
  return (owner, path) => outcomes[find.get({ owner, path }) ?? -1] ?? null;
}
