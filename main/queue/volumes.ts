/** The volumes that files of the queue are on, and the rows that wait for one. See [Note: Which volume]. */
import { parentPath, restBelow } from '../lib/path-text.ts';
import { volumeOf, type Volume } from '../lib/volume.ts';
import type { Sqlite } from './database.ts';

export interface Volumes {
  /**
   * The volumes of these files, which are there now, by their numbers; 0 for the one that everything else is on, and
   * where nothing can be told.
   */
  idsOf(files: readonly { path: string; device: string }[]): number[];
  get(id: number): Volume | null;
  /** The volumes that were seen at this place. */
  at(root: string): { id: number; identity: string }[];
  /** The places at which rows of this owner wait for volumes. */
  awaited(owner: string): string[];
  /** A volume is there again: lets at most `limit` of the rows that waited for it go on. Returns how many. */
  release(owner: string, root: string, id: number, limit: number): number;
}

/** Every query, so that a test can EXPLAIN each. */
export const volumeSql = {
  /** One step from place to place, however many rows wait at each. */
  awaited: `SELECT waits_at FROM photo WHERE owner = @owner AND waits_at > @after ORDER BY waits_at LIMIT 1`,
  release: `UPDATE photo SET waits_at = NULL, reason = 'ready' WHERE id IN
    (SELECT id FROM photo WHERE owner = @owner AND waits_at = @root AND volume = @id LIMIT @limit)`,
} as const;

export function createVolumes(db: Sqlite): Volumes {
  const insert = db
    .prepare<Volume, number>('INSERT INTO volume (root, identity) VALUES (@root, @identity) RETURNING id')
    .pluck();
  const get = db.prepare<{ id: number }, Volume>('SELECT root, identity FROM volume WHERE id = @id');
  const find = db
    .prepare<Volume, number>('SELECT id FROM volume WHERE root = @root AND identity = @identity')
    .pluck();
  const at = db.prepare<{ root: string }, { id: number; identity: string }>(
    'SELECT id, identity FROM volume WHERE root = @root',
  );
  const awaited = db.prepare<{ owner: string; after: string }, string>(volumeSql.awaited).pluck();
  const release = db.prepare(volumeSql.release);

  const look = (path: string): { root: string | null; id: number } => {
    // The folder tells as much, and is still there when a file has gone.
    const folder = parentPath(path) ?? path;
    let volume: Volume | null;
    try {
      volume = volumeOf(folder);
    } catch {
      // Whoever reads the file finds out what is wrong.
      return { root: folder, id: 0 };
    }
    if (volume === null) return { root: null, id: 0 };
    return { root: volume.root, id: find.get(volume) ?? insert.get(volume) ?? 0 };
  };
  return {
    idsOf: (files) => {
      // Looked at anew for each batch: the next volume may have the number of the last one.
      const seen: { device: string; root: string | null; id: number }[] = [];
      return files.map(({ path, device }) => {
        const known = seen.find(
          (one) => one.device === device && (one.root === null || restBelow(path, one.root) !== null),
        );
        if (known !== undefined) return known.id;
        const found = { device, ...look(path) };
        seen.push(found);
        return found.id;
      });
    },
    get: (id) => get.get({ id }) ?? null,
    at: (root) => at.all({ root }),
    awaited: (owner) => {
      const found: string[] = [];
      for (let after = ''; ;) {
        const next = awaited.get({ owner, after });
        if (next === undefined) return found;
        found.push(next);
        after = next;
      }
    },
    release: (owner, root, id, limit) => release.run({ owner, root, id, limit }).changes,
  };
}
