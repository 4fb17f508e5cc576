/** What the window asks of the queue: pages of rows, and the tallies of the summary. */
import path from 'node:path';
import type {
  BlockReason,
  Filter,
  OwnerTally,
  Page,
  PageRequest,
  PhotoRow,
  RowState,
  Step,
  Tally,
  View,
  WaitReason,
} from '../../preload/contract/model.ts';
import { systemClock, type Clock } from '../lib/clock.ts';
import { displayPath } from '../lib/path-text.ts';
import type { Sqlite } from './database.ts';
import { createListings } from './listing.ts';
import { statusOf } from './statuses.ts';
import type { RowCore } from './transition.ts';

interface RowRecord {
  id: number;
  path: string;
  size: number;
  contentType: string;
  status: RowCore['status'];
  step: Step;
  reason: string;
  nextTryAt: number;
  held: number;
  attempts: number;
  damage: string | null;
  duplicateOf: string | null;
  takenAt: string | null;
  takenOffset: string | null;
  addedAt: number;
  doneAt: number | null;
  lastError: string | null;
  archived: 0 | 1;
  /** Of the row that this one waits for. */
  awaitedPath: string | null;
}

const columns = `id, path, size, content_type AS contentType, status, step, reason, next_try_at AS nextTryAt, held,
  attempts, damage, duplicate_of AS duplicateOf, taken_at AS takenAt, taken_offset AS takenOffset, added_at AS addedAt,
  done_at AS doneAt, last_error AS lastError,
  (SELECT awaited.path FROM photo AS awaited WHERE awaited.id = photo.waits_for) AS awaitedPath, 0 AS archived`;

/** The same of a row of the history. */
const archivedColumns = `id, path, size, content_type AS contentType, 'done' AS status, 'confirming' AS step, '' AS reason,
  0 AS nextTryAt, 0 AS held, 0 AS attempts, damage, duplicate_of AS duplicateOf, taken_at AS takenAt,
  taken_offset AS takenOffset, added_at AS addedAt, done_at AS doneAt, NULL AS lastError, NULL AS awaitedPath,
  1 AS archived`;

/**
 * How far from either end SQLite steps over rows to find a place. Farther away, and wherever no index has the order,
 * the place is looked up in a list of ids: see [Note: Lists of ids].
 */
const near = 2_000;

/** The query behind a page near an end; exported so that a test can EXPLAIN every one. */
export function nearSql(filter: Filter, descending: boolean): string {
  const order = `ORDER BY id ${descending ? 'DESC' : 'ASC'} LIMIT @limit OFFSET @offset`;
  if (filter === 'history') return `SELECT ${archivedColumns} FROM history WHERE owner = @owner ${order}`;
  const where = filter === 'all' ? 'owner = @owner' : `owner = @owner AND status = '${statusOf[filter]}'`;
  return `SELECT ${columns} FROM photo WHERE ${where} ${order}`;
}

/** The rows with these ids, in any order. */
export const listedSql = `SELECT ${columns} FROM photo
  WHERE id IN (SELECT value FROM json_each(@ids)) AND owner = @owner
  UNION ALL SELECT ${archivedColumns} FROM history
  WHERE id IN (SELECT value FROM json_each(@ids)) AND owner = @owner`;

export type Tallies = Record<Filter | 'duplicate' | 'damaged' | 'held', Tally>;

export interface Pages {
  /**
   * Answers at once where the place is near an end of the view.
   *
   * @throws ProblemError `bad_request` when another view was asked for meanwhile.
   */
  page(owner: string, request: PageRequest, marks: RowMarks): Page | Promise<Page>;
  /** The ids of all rows of a view in its order; not to be changed. Rejects as `page` does. */
  list(owner: string, view: View): Promise<readonly number[]>;
  /** These rows, as far as they are there and the owner's; in any order. */
  rows(owner: string, ids: readonly number[], marks: RowMarks): PhotoRow[];
  tallies(owner: string): Tallies;
  /** Everybody whose queue has something left to do. */
  owners(): OwnerTally[];
  /** Rows were removed: what was listed before no longer is. */
  forget(): void;
  stop(): void;
}

/** What of a row is not in the database. */
export interface RowMarks {
  /** Progress of a row that is being sent, bytes. */
  bytesSent(id: number): number;
  selected(id: number): boolean;
  /** Whether this folder is the one of pasted pictures, which is nobody's business. */
  pasted?(folder: string): boolean;
}

export interface PagesOptions {
  clock?: Clock;
  /** Pages that were asked for would be different now, though nothing has changed since. */
  onListed?: () => void;
}

export function createPages(
  db: Sqlite,
  { clock = systemClock, onListed = () => undefined }: PagesOptions = {},
): Pages {
  const listings = createListings(db, clock, onListed);
  const counters = db.prepare<{ owner: string }, { bucket: string; count: number; bytes: number }>(
    'SELECT bucket, count, bytes FROM counter WHERE owner = @owner',
  );
  const listed = db.prepare<{ owner: string; ids: string }, RowRecord>(listedSql);
  const tallies = (owner: string): Tallies => {
    const buckets = new Map(counters.all({ owner }).map((row) => [row.bucket, row]));
    const tally = (bucket: string): Tally => {
      const { count, bytes } = buckets.get(bucket) ?? { count: 0, bytes: 0 };
      return { count, bytes };
    };
    const parts = {
      waiting: tally('waiting'),
      active: tally('active'),
      done: tally('done'),
      attention: tally('blocked'),
    };
    const all = Object.values(parts).reduce(
      (sum, part) => ({ count: sum.count + part.count, bytes: sum.bytes + part.bytes }),
      { count: 0, bytes: 0 },
    );
    return {
      all,
      ...parts,
      history: tally('history'),
      duplicate: tally('duplicate'),
      damaged: tally('damaged'),
      held: tally('held'),
    };
  };
  const owners = db.prepare<[], OwnerTally>(`SELECT owner AS sub, sum(count) AS unfinished FROM counter
    WHERE bucket IN ('waiting', 'active', 'blocked') GROUP BY owner HAVING sum(count) > 0`);
  /** From the nearer end of a view in the order of time added, or null where both are far. */
  const nearPage = (owner: string, { filter, descending }: View, place: Place): RowPage | null => {
    const total = tallies(owner)[filter].count;
    const { offset, limit } = place;
    const select = (backwards: boolean, from: number, count: number): RowRecord[] =>
      db
        .prepare<{ owner: string } & Place, RowRecord>(nearSql(filter, descending !== backwards))
        .all({ owner, limit: Math.max(0, count), offset: from });
    if (offset <= near) return { records: select(false, offset, limit), total };
    const behind = total - offset - limit;
    if (behind > near) return null;
    const records = select(true, Math.max(0, behind), Math.min(limit, total - offset));
    return { records: records.reverse(), total };
  };

  const listedPage = async (owner: string, view: View, place: Place): Promise<RowPage> => {
    for (let again = false; ; again = true) {
      // Only the top of a list is shown before its length is known: a place in it would move.
      const { ids, complete } =
        place.offset === 0 && view.search.trim() !== ''
          ? await listings.begin(owner, view, place.limit)
          : { ids: await listings.open(owner, view), complete: true };
      const wanted = ids.slice(place.offset, place.offset + place.limit);
      const found = new Map(
        listed.all({ owner, ids: JSON.stringify(wanted) }).map((record) => [record.id, record]),
      );
      const records = wanted.flatMap((id) => found.get(id) ?? []);
      if (records.length === wanted.length || again)
        return { records, total: ids.length, counting: !complete };
      // Some were removed since: a new list is without them.
      listings.forget();
    }
  };

  return {
    tallies,
    owners: () => owners.all(),
    page: (owner, { offset, limit, descending = false, search = '', ...rest }, marks) => {
      const view: View = { ...rest, descending, search };
      const answer = ({ records, total, counting = false }: RowPage): Page => ({
        rows: records.map((record) => toRow(record, marks)),
        total,
        ...(counting ? { counting: true } : {}),
      });
      const plain = view.sort === 'added' && search.trim() === '';
      const found = plain ? nearPage(owner, view, { offset, limit }) : null;
      return found === null ? listedPage(owner, view, { offset, limit }).then(answer) : answer(found);
    },
    rows: (owner, ids, marks) =>
      listed.all({ owner, ids: JSON.stringify(ids) }).map((record) => toRow(record, marks)),
    list: listings.open,
    forget: listings.forget,
    stop: listings.stop,
  };
}

interface Place {
  offset: number;
  limit: number;
}
interface RowPage {
  records: RowRecord[];
  total: number;
  counting?: boolean;
}

function toRow(record: RowRecord, marks: RowMarks): PhotoRow {
  const { path: pathText, status, step, reason, nextTryAt, held, damage, duplicateOf, ...rest } = record;
  const { takenOffset, awaitedPath, archived, ...shown } = rest;
  const file = path.parse(displayPath(pathText));
  return {
    ...shown,
    fileName: file.base,
    folder: file.dir,
    ...(marks.pasted?.(file.dir) === true ? { pasted: true as const } : {}),
    state: stateOf({ path: pathText, status, step, reason, nextTryAt, duplicateOf, awaitedPath }),
    held: held === 1,
    archived: archived === 1,
    looksDamaged: damage !== null,
    takenAt: record.takenAt === null ? null : record.takenAt + (takenOffset ?? ''),
    selected: marks.selected(record.id),
    bytesSent: status === 'done' ? record.size : marks.bytesSent(record.id),
  };
}

type StateRecord = Pick<
  RowRecord,
  'path' | 'status' | 'step' | 'reason' | 'nextTryAt' | 'duplicateOf' | 'awaitedPath'
>;

/** The file's name; with its folder where the other one has the same name, as in a backup. */
function nameBeside(pathText: string, otherText: string): string {
  const shown = displayPath(pathText);
  const name = path.basename(shown);
  return name === path.basename(displayPath(otherText)) ? shown : name;
}

function stateOf(row: StateRecord): RowState {
  switch (row.status) {
    case 'waiting': {
      const nextTryAt = row.nextTryAt === 0 ? null : row.nextTryAt;
      return {
        kind: 'waiting',
        step: row.step,
        reason: row.reason as WaitReason,
        nextTryAt,
        ...(row.awaitedPath === null ? {} : { waitsFor: nameBeside(row.awaitedPath, row.path) }),
      };
    }
    case 'active':
      return { kind: 'active', step: row.step };
    case 'done':
      return { kind: 'done', duplicateOf: row.duplicateOf };
    case 'blocked':
      return { kind: 'blocked', reason: row.reason as BlockReason };
  }
}
