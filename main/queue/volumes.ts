/** The volumes that files of the queue are on, and the rows that wait for one. See [Note: Where a volume is]. */
import { restBelow } from '../lib/path-text.ts';
import { volumeRoot } from '../lib/volume.ts';
import type { Sqlite } from './database.ts';

export interface Volumes {
  /** This file is there now: the place of its volume is remembered. For a file that has gone, nothing is. */
  note(path: string, device: string): void;
  /** The place of the volume that this file is or was on; null for the one that everything else is on. */
  rootOf(path: string): string | null;
  /** The places of the volumes that rows of this owner wait for. */
  awaited(owner: string): string[];
  /** A volume is there again: lets at most `limit` of the rows that waited for it go on. Returns how many. */
  release(owner: string, root: string, limit: number): number;
}

/** Every query, so that a test can EXPLAIN each. */
export const volumeSql = {
  /** One step from place to place, however many rows wait at each. */
  awaited: `SELECT waits_at FROM photo WHERE owner = @owner AND waits_at > @after ORDER BY waits_at LIMIT 1`,
  release: `UPDATE photo SET waits_at = NULL, reason = 'ready' WHERE id IN
    (SELECT id FROM photo WHERE owner = @owner AND waits_at = @root LIMIT @limit)`,
} as const;

export function createVolumes(db: Sqlite): Volumes {
  const insert = db.prepare('INSERT INTO volume VALUES (@root) ON CONFLICT DO NOTHING');
  const awaited = db.prepare<{ owner: string; after: string }, string>(volumeSql.awaited).pluck();
  const release = db.prepare(volumeSql.release);
  const roots = new Set(db.prepare<[], string>('SELECT root FROM volume').pluck().all());
  /** Where each device was seen in this run; null stands for everything that is on no place of its own. */
  const places = new Map<string, (string | null)[]>();

  return {
    note: (path, device) => {
      const known = places.get(device) ?? [];
      if (known.some((root) => root === null || restBelow(path, root) !== null)) return;
      let root: string | null;
      try {
        root = volumeRoot(path);
      } catch {
        return;
      }
      places.set(device, [...known, root]);
      if (root === null || roots.has(root)) return;
      insert.run({ root });
      roots.add(root);
    },
    rootOf: (path) =>
      [...roots].filter((root) => restBelow(path, root) !== null).sort((a, b) => b.length - a.length)[0] ??
      null,
    awaited: (owner) => {
      const found: string[] = [];
      for (let after = ''; ;) {
        const next = awaited.get({ owner, after });
        if (next === undefined) return found;
        found.push(next);
        after = next;
      }
    },
    release: (owner, root, limit) => release.run({ owner, root, limit }).changes,
  };
}
