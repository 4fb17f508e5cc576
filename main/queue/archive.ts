/**
 * The history: photos that are done, out of the way of those that are not.
 *
 * [Note: Out of the way] Every row of the queue stands in eight indexes, which is what makes its next steps cheap, and a
 * done row has no next step. So it can be moved to a table with two: it is found there by search, and recognised when
 * its file is dropped again. Its id goes with it, so that to the window it stays the same row. A batch moves in one
 * transaction, for neither half of a move may be without the other. It need not be on the disk at once: should a power
 * cut undo it, the row is done in the queue as it was before, and is moved again.
 */
import type { Sqlite } from './database.ts';
import { sameStatAtPath, unsigned64, type FileStat } from '../lib/file-stat.ts';

export interface Archive {
  /**
   * Moves done rows that were done by then, and whose pictures are known to be sound or not, of at most `archiveRows`
   * rows behind this id.
   *
   * @param before Unix milliseconds.
   * @returns how many were moved, and the id to go on behind; null when there are no more.
   */
  move(owner: string, after: number, before: number): { moved: number; next: number | null };
  /**
   * Which photos of a batch are stored and have not changed since, by their places in it.
   *
   * @param batch rows as `addSql.insert` takes them, as JSON.
   */
  known(owner: string, batch: string, stats: readonly FileStat[]): Set<number>;
  /** The file of a row of the history. */
  file(owner: string, id: number): { path: string; contentType: string } | null;
  /** Some rows of this owner, at most `limit`. */
  someOf(owner: string, limit: number): number[];
  /** Part of the removal of these ids from the queue. */
  remove(owner: string, ids: readonly number[]): void;
}

/** Rows of one transaction: some 10 ms of the processor, and a write that is waited for. */
export const archiveRows = 200;

const columns = `id, owner, path, folded, volume, device, inode, size, mtime_ns, content_type, sha256, taken_at,
  taken_offset, taken_source, camera, damage, object_key, photo_id, duplicate_of, added_at, done_at`;

/** Every query, so that a test can EXPLAIN each. */
export const archiveSql = {
  slice: `SELECT id, decoded = 1 AND coalesce(done_at, 0) <= @before AND sha256 IS NOT NULL AS ripe
    FROM photo INDEXED BY photo_status
    WHERE owner = @owner AND status = 'done' AND id > @after ORDER BY id LIMIT ${archiveRows}`,
  copy: `INSERT INTO history (${columns}) SELECT ${columns} FROM photo
    WHERE id IN (SELECT value FROM json_each(@ids))`,
  drop: 'DELETE FROM photo WHERE id IN (SELECT value FROM json_each(@ids))',
  any: 'SELECT 1 FROM history WHERE owner = @owner LIMIT 1',
  known: `SELECT batch.key AS place, history.size, CAST(history.device AS TEXT) AS device,
      CAST(history.inode AS TEXT) AS inode, CAST(history.mtime_ns AS TEXT) AS mtimeNs
    FROM json_each(@batch) AS batch CROSS JOIN history
      ON history.owner = @owner AND history.path = batch.value->>0 AND history.volume = batch.value->>8`,
  file: 'SELECT path, content_type AS contentType FROM history WHERE id = @id AND +owner = @owner',
  someOf: 'SELECT id FROM history WHERE owner = @owner ORDER BY id LIMIT @limit',
  remove: 'DELETE FROM history WHERE id IN (SELECT value FROM json_each(@ids)) AND +owner = @owner',
} as const;

export function createArchive(db: Sqlite): Archive {
  const slice = db.prepare<{ owner: string; after: number; before: number }, { id: number; ripe: 0 | 1 }>(
    archiveSql.slice,
  );
  const copy = db.prepare(archiveSql.copy);
  const drop = db.prepare(archiveSql.drop);
  const any = db.prepare(archiveSql.any);
  const known = db.prepare<{ owner: string; batch: string }, FileStat & { place: number }>(archiveSql.known);
  const file = db.prepare<{ owner: string; id: number }, { path: string; contentType: string }>(
    archiveSql.file,
  );
  const someOf = db.prepare<{ owner: string; limit: number }, number>(archiveSql.someOf).pluck();
  const remove = db.prepare(archiveSql.remove);
  const moveIds = db.transaction((ids: readonly number[]) => {
    const values = { ids: JSON.stringify(ids) };
    const [copied, dropped] = [copy.run(values).changes, drop.run(values).changes];
    // Should they ever differ, nothing is moved at all.
    if (copied !== dropped) throw new Error(`${copied} rows copied and ${dropped} dropped`);
  });
  return {
    move: (owner, after, before) => {
      const rows = slice.all({ owner, after, before });
      const next = rows.length < archiveRows ? null : (rows.at(-1)?.id ?? null);
      const ids = rows.filter(({ ripe }) => ripe === 1).map(({ id }) => id);
      if (ids.length === 0) return { moved: 0, next };
      moveIds(ids);
      return { moved: ids.length, next };
    },
    known: (owner, batch, stats) => {
      const places = new Set<number>();
      if (any.get({ owner }) === undefined) return places;
      for (const { place, device, inode, ...rest } of known.all({ owner, batch })) {
        const stat = stats[place];
        const stored = { ...rest, device: unsigned64(device), inode: unsigned64(inode) };
        if (stat !== undefined && sameStatAtPath(stored, stat)) places.add(place);
      }
      return places;
    },
    file: (owner, id) => file.get({ owner, id }) ?? null,
    someOf: (owner, limit) => someOf.all({ owner, limit }),
    remove: (owner, ids) => {
      remove.run({ owner, ids: JSON.stringify(ids) });
    },
  };
}
