/**
 * What a person has selected in the window.
 *
 * [Note: The selection lives here] All of 100,000 rows that match a search are selected with one key, and the window
 * knows a few hundred of them. So the window says what was pressed, on which rows and in which view, and the set of
 * ids is kept beside the queue: pages come with the marks on them, and an action names no rows at all. It means the
 * rows that were there when it was made: what is added to the queue later is not selected, whatever it matches.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { noSelection, type Selection, type SelectionChange } from '../../preload/contract/model.ts';
import { assertNever } from '../lib/assert-never.ts';
import type { Sqlite } from './database.ts';
import { createIdSet } from './id-set.ts';
import type { Pages } from './pages.ts';
import type { Status } from './statuses.ts';

export interface SelectionKeeper {
  has(id: number): boolean;
  /** @throws ProblemError as `Pages.list` does. */
  change(owner: string, change: SelectionChange): Promise<void>;
  /** What is selected and still there. */
  tallies(owner: string): Promise<Selection>;
  /** The ids in the order in which they were added, a batch in each. */
  slices(): Generator<number[]>;
  clear(): void;
}

/** Ids that one query or one action takes in a turn of the event loop. */
const sliceIds = 1_000;

/** By the ids and no index: to group, SQLite would rather read all rows of the owner. Exported for EXPLAIN. */
export const selectedSql = `SELECT status, held, next_try_at > 0 AS delayed, count(*) AS count, sum(size) AS bytes
  FROM photo WHERE id IN (SELECT value FROM json_each(@ids)) AND +owner = @owner GROUP BY status, held, delayed
  UNION ALL SELECT 'done', 0, 0, count(*), coalesce(sum(size), 0)
  FROM history WHERE id IN (SELECT value FROM json_each(@ids)) AND +owner = @owner`;

interface Part {
  status: Status;
  held: 0 | 1;
  delayed: 0 | 1;
  count: number;
  bytes: number;
}

export function createSelection(db: Sqlite, pages: Pick<Pages, 'list'>): SelectionKeeper {
  const selected = createIdSet();
  const parts = db.prepare<{ ids: string; owner: string }, Part>(selectedSql);

  return {
    has: selected.has,
    clear: selected.clear,
    slices: () => selected.slices(sliceIds),
    change: async (owner, change) => {
      switch (change.kind) {
        case 'none':
          selected.clear();
          return;
        case 'one': {
          const was = selected.has(change.id);
          if (!change.toggle) selected.clear();
          if (change.toggle && was) selected.delete(change.id);
          else selected.add(change.id);
          return;
        }
        case 'range': {
          const ids = await pages.list(owner, change.view);
          const ends = [ids.indexOf(change.from), ids.indexOf(change.to)].filter((place) => place >= 0);
          if (!change.add) selected.clear();
          if (ends.length === 0) return;
          for (const id of ids.slice(Math.min(...ends), Math.max(...ends) + 1)) selected.add(id);
          return;
        }
        case 'all': {
          const ids = await pages.list(owner, change.view);
          selected.clear();
          for (const id of ids) selected.add(id);
          return;
        }
        default:
          assertNever(change);
      }
    },
    tallies: async (owner) => {
      const sum = { ...noSelection };
      for (const slice of selected.slices(sliceIds)) {
        if (sum.count > 0) await nextTurn();
        for (const { status, held, delayed, count, bytes } of parts.all({
          owner,
          ids: JSON.stringify(slice),
        })) {
          sum.count += count;
          sum.bytes += bytes;
          if (status === 'done') sum.done += count;
          else if (status !== 'blocked') sum[held === 1 ? 'held' : 'going'] += count;
          if (status === 'blocked' || (status === 'waiting' && delayed === 1)) sum.retriable += count;
        }
      }
      return sum;
    },
  };
}
