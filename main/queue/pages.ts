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
  Sort,
  Step,
  Tally,
  WaitReason,
} from '../../preload/contract/model.ts';
import { displayPath } from '../lib/path-text.ts';
import type { Sqlite } from './database.ts';
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
  /** Of the row that this one waits for. */
  awaitedPath: string | null;
}

const columns = `id, path, size, content_type AS contentType, status, step, reason, next_try_at AS nextTryAt, held,
  attempts, damage, duplicate_of AS duplicateOf, taken_at AS takenAt, taken_offset AS takenOffset, added_at AS addedAt,
  done_at AS doneAt, last_error AS lastError,
  (SELECT awaited.path FROM photo AS awaited WHERE awaited.id = photo.waits_for) AS awaitedPath`;

/** A filter is one status, so that one index serves each. */
const statusOf = {
  waiting: 'waiting',
  active: 'active',
  done: 'done',
  attention: 'blocked',
} as const satisfies Record<Exclude<Filter, 'all'>, RowCore['status']>;

/** The query behind a page; exported so that a test can EXPLAIN every one. */
export function pageSql(filter: Filter, sort: Sort): string {
  const where = filter === 'all' ? 'owner = @owner' : `owner = @owner AND status = '${statusOf[filter]}'`;
  return `SELECT ${columns} FROM photo WHERE ${where} ORDER BY id ${sort === 'added' ? 'ASC' : 'DESC'}
    LIMIT @limit OFFSET @offset`;
}

export type Tallies = Record<Filter | 'duplicate' | 'damaged' | 'held', Tally>;

export interface Pages {
  /** @param bytesSent progress of a row that is being sent, bytes. */
  page(owner: string, request: PageRequest, bytesSent: (id: number) => number): Page;
  tallies(owner: string): Tallies;
  /** Everybody whose queue has something left to do. */
  owners(): OwnerTally[];
}

export function createPages(db: Sqlite): Pages {
  const counters = db.prepare<{ owner: string }, { bucket: string; count: number; bytes: number }>(
    'SELECT bucket, count, bytes FROM counter WHERE owner = @owner',
  );
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
    return { all, ...parts, duplicate: tally('duplicate'), damaged: tally('damaged'), held: tally('held') };
  };
  const owners = db.prepare<[], OwnerTally>(`SELECT owner AS sub, sum(count) AS unfinished FROM counter
    WHERE bucket IN ('waiting', 'active', 'blocked') GROUP BY owner HAVING sum(count) > 0`);
  return {
    tallies,
    owners: () => owners.all(),
    page: (owner, { filter, sort, offset, limit }, bytesSent) => ({
      rows: db
        .prepare<{ owner: string; limit: number; offset: number }, RowRecord>(pageSql(filter, sort))
        .all({ owner, limit, offset })
        .map((record) => toRow(record, bytesSent)),
      total: tallies(owner)[filter].count,
    }),
  };
}

function toRow(record: RowRecord, bytesSent: (id: number) => number): PhotoRow {
  const { path: pathText, status, step, reason, nextTryAt, held, damage, duplicateOf, ...rest } = record;
  const { takenOffset, awaitedPath, ...shown } = rest;
  const file = path.parse(displayPath(pathText));
  return {
    ...shown,
    fileName: file.base,
    folder: file.dir,
    state: stateOf({ status, step, reason, nextTryAt, duplicateOf, awaitedPath }),
    held: held === 1,
    looksDamaged: damage !== null,
    takenAt: record.takenAt === null ? null : record.takenAt + (takenOffset ?? ''),
    bytesSent: status === 'done' ? record.size : bytesSent(record.id),
  };
}

type StateRecord = Pick<
  RowRecord,
  'status' | 'step' | 'reason' | 'nextTryAt' | 'duplicateOf' | 'awaitedPath'
>;

function stateOf(row: StateRecord): RowState {
  switch (row.status) {
    case 'waiting': {
      const nextTryAt = row.nextTryAt === 0 ? null : row.nextTryAt;
      return {
        kind: 'waiting',
        step: row.step,
        reason: row.reason as WaitReason,
        nextTryAt,
        ...(row.awaitedPath === null ? {} : { waitsFor: path.basename(displayPath(row.awaitedPath)) }),
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
