/**
 * Takes photos into the queue, a batch in one statement.
 *
 * [Note: Batches as JSON] A statement for each row costs four times what the row itself does: bindings, and the
 * journal that SQLite keeps for every statement with a trigger. So a batch is bound as one JSON text and read by
 * json_each. Whole numbers travel as text, since JSON's would lose bits above 2^53; the STRICT table makes integers
 * of them again.
 */
import { sameStatAtPath, signed64, unsigned64, type FileStat } from '../lib/file-stat.ts';
import type { Archive } from './archive.ts';
import type { Sqlite } from './database.ts';
import { durably } from './durably.ts';
import { searchable } from './search-text.ts';
import type { RowCore } from './transition.ts';
import type { Volumes } from './volumes.ts';

export interface NewPhoto {
  /** See lib/path-text.ts. */
  path: string;
  stat: FileStat;
  contentType: string;
  extension: string;
  /** It was read before and may have been written to since, whatever its mtime says. */
  rewritten?: true;
}

export type AddOutcome = 'queued' | 'already_queued' | 'already_stored';

/** Exported so that a test can EXPLAIN each. */
export const addSql = {
  insert: `INSERT INTO photo
    (owner, path, device, inode, size, mtime_ns, content_type, extension, folded, volume, status, step,
      reason, added_at)
    SELECT @owner, value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6,
      value->>7, value->>8, 'waiting', 'inspecting', 'ready', @now
    FROM json_each(@batch) WHERE true
    ON CONFLICT (owner, path, volume) DO NOTHING`,
  /** The rows of these paths, by the place of each in the batch. */
  known: `SELECT batch.key AS place, photo.id, photo.status, photo.size, CAST(photo.device AS TEXT) AS device,
      CAST(photo.inode AS TEXT) AS inode, CAST(photo.mtime_ns AS TEXT) AS mtimeNs
    FROM json_each(@batch) AS batch CROSS JOIN photo
      ON photo.owner = @owner AND photo.path = batch.value->>0 AND photo.volume = batch.value->>8`,
  lastId: 'SELECT max(id) FROM photo',
  /** A stored file that has changed since begins anew. */
  requeue: `UPDATE photo SET device = @row->>1, inode = @row->>2, size = @row->>3, mtime_ns = @row->>4,
    content_type = @row->>5, extension = @row->>6, sha256 = NULL, md5 = NULL, damage = NULL, decoded = 0,
    status = 'waiting', step = 'inspecting', reason = 'ready', next_try_at = 0, attempts = 0, strikes = 0,
    object_key = NULL, photo_id = NULL, duplicate_of = NULL, last_error = NULL, added_at = @now, done_at = NULL
    WHERE id = @id`,
} as const;

interface KnownRow extends FileStat {
  place: number;
  id: number;
  status: RowCore['status'];
}

/** The queue's `add`: see `PhotoQueue`. */
export function createAdd(
  db: Sqlite,
  now: () => number,
  volumes: Pick<Volumes, 'idsOf'>,
  archive: Pick<Archive, 'known'>,
  retry: (owner: string, ids: readonly number[]) => void,
): (owner: string, photos: readonly NewPhoto[]) => AddOutcome[] {
  const insert = db.prepare<{ owner: string; batch: string; now: number }>(addSql.insert);
  const known = db.prepare<{ owner: string; batch: string }, KnownRow>(addSql.known);
  const requeue = db.prepare<{ id: number; row: string; now: number }>(addSql.requeue);

  const lastId = db.prepare<[], number | null>(addSql.lastId).pluck();

  const addAll = (owner: string, photos: readonly NewPhoto[]): AddOutcome[] => {
    const ids = volumes.idsOf(photos.map(({ path, stat: { device } }) => ({ path, device })));
    const rows = photos.map(({ path, stat, contentType, extension }, index) => [
      path,
      signed64(stat.device),
      signed64(stat.inode),
      stat.size,
      stat.mtimeNs,
      contentType,
      extension,
      searchable(path),
      ids[index] ?? 0,
    ]);
    const whole = JSON.stringify(rows);
    const archived = archive.known(
      owner,
      whole,
      photos.map(({ stat }) => stat),
    );
    if (archived.size === 0) return addNew(owner, photos, rows, whole);
    const fresh = photos.flatMap(({ rewritten }, place) => (archived.has(place) && !rewritten ? [] : place));
    const some = fresh.map((place) => rows[place] ?? []);
    const added = addNew(
      owner,
      fresh.flatMap((place) => photos[place] ?? []),
      some,
      JSON.stringify(some),
    );
    const outcomes = photos.map((): AddOutcome => 'already_stored');
    for (const [index, place] of fresh.entries()) outcomes[place] = added[index] ?? 'queued';
    return outcomes;
  };

  const addNew = (
    owner: string,
    photos: readonly NewPhoto[],
    rows: readonly unknown[][],
    batch: string,
  ): AddOutcome[] => {
    // No id is given twice, so whatever is above this one came with this batch.
    const before = lastId.get() ?? 0;
    const { changes } = insert.run({ owner, batch, now: now() });
    const outcomes = photos.map((): AddOutcome => 'queued');
    if (changes === photos.length) return outcomes;
    const queued = new Set<number>();
    const blocked: number[] = [];
    for (const { place, id, status, ...stat } of known.all({ owner, batch })) {
      const photo = photos[place];
      if (photo === undefined) continue;
      if (status === 'blocked') blocked.push(id);
      if (queued.has(id) || (id <= before && status !== 'done')) outcomes[place] = 'already_queued';
      else if (id <= before && !photo.rewritten && sameStatAtPath(fromSigned(stat), photo.stat))
        outcomes[place] = 'already_stored';
      else {
        queued.add(id);
        if (id <= before) requeue.run({ id, row: JSON.stringify(rows[place]), now: now() });
      }
    }
    // Whoever drops a file again has mended what was wrong with it, or thinks so.
    if (blocked.length > 0) retry(owner, blocked);
    return outcomes;
  };
  return (owner, photos) => (photos.length === 0 ? [] : durably(db, () => addAll(owner, photos)));
}

function fromSigned({ device, inode, ...rest }: FileStat): FileStat {
  return { device: unsigned64(device), inode: unsigned64(inode), ...rest };
}
