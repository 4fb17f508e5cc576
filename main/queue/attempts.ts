/** What a photo has met on its way: written with the move that it brought about, bounded for each photo. */
import type { Attempt, BlockReason, Step, WaitReason } from '../../preload/contract/model.ts';
import type { Sqlite } from './database.ts';
import type { RowCore, RowEvent } from './transition.ts';

/** What is known of a try beyond its outcome. All of it log-safe. */
export interface Tried {
  tookMs: number;
  /** Sent in it. */
  bytes: number;
  /** Of HTTP; null when nothing was answered. */
  status: number | null;
  requestId: string | null;
  /** Who was asked: no path, no query. */
  host: string | null;
}

export interface Attempts {
  /** Part of the transaction that moves the row. Most events are nothing to tell of. */
  note(id: number, step: Step, event: RowEvent, more: { tried?: Tried; lastError?: string }): void;
  /** The newest first. */
  of(id: number): Attempt[];
}

/** Of each photo so many are kept. */
export const keptAttempts = 20;

interface AttemptRecord extends Omit<Attempt, 'outcome'> {
  blocked: 0 | 1;
  reason: string;
  nextTryAt: number | null;
}

/** Every query, so that a test can EXPLAIN each. */
export const attemptSql = {
  newest: 'SELECT number FROM attempt WHERE photo_id = @id ORDER BY number DESC LIMIT 1',
  insert: `INSERT INTO attempt (photo_id, number, at, step, blocked, reason, next_try_at, took_ms, bytes, detail,
      status, request_id, host)
    VALUES (@id, @number, @at, @step, @blocked, @reason, @nextTryAt, @tookMs, @bytes, @detail, @status, @requestId,
      @host)`,
  trim: `DELETE FROM attempt WHERE photo_id = @id AND number <= @number - ${keptAttempts}`,
  of: `SELECT at, step, blocked, reason, next_try_at AS nextTryAt, took_ms AS tookMs, bytes, detail, status,
      request_id AS requestId, host
    FROM attempt WHERE photo_id = @id ORDER BY number DESC`,
} as const;

/** @param now Unix milliseconds. */
export function createAttempts(db: Sqlite, now: () => number): Attempts {
  const newest = db.prepare<{ id: number }, number>(attemptSql.newest).pluck();
  const insert = db.prepare(attemptSql.insert);
  const trim = db.prepare(attemptSql.trim);
  const of = db.prepare<{ id: number }, AttemptRecord>(attemptSql.of);
  return {
    note: (id, step, event, { tried, lastError }) => {
      const outcome = outcomeOf(event);
      if (outcome === null) return;
      const number = (newest.get({ id }) ?? 0) + 1;
      insert.run({
        id,
        number,
        at: now(),
        step,
        ...outcome,
        tookMs: tried?.tookMs ?? null,
        bytes: tried?.bytes ?? null,
        detail: lastError ?? null,
        status: tried?.status ?? null,
        requestId: tried?.requestId ?? null,
        host: tried?.host ?? null,
      });
      if (number > keptAttempts) trim.run({ id, number });
    },
    of: (id) =>
      of.all({ id }).map(({ blocked, reason, nextTryAt, ...rest }) => ({
        ...rest,
        outcome:
          blocked === 1
            ? { kind: 'blocked', reason: reason as BlockReason }
            : { kind: 'waits', reason: reason as WaitReason, nextTryAt },
      })),
  };
}

/** What a person would call a failure or a wait; null for anything else. */
function outcomeOf(event: RowEvent):
  | (Pick<AttemptRecord, 'blocked' | 'nextTryAt'> & {
      reason: RowCore['reason'];
    })
  | null {
  switch (event.type) {
    case 'failed':
      return { blocked: 0, reason: event.reason, nextTryAt: event.nextTryAt };
    case 'blocked':
      return { blocked: 1, reason: event.reason, nextTryAt: null };
    case 'parked':
      return { blocked: 0, reason: event.reason, nextTryAt: null };
    case 'restarted':
    case 'released':
      // Given back, or begun anew, for reasons that are our own.
      if (event.reason === 'ready') return null;
      return {
        blocked: 0,
        reason: event.reason,
        nextTryAt: 'nextTryAt' in event ? event.nextTryAt || null : null,
      };
    default:
      return null;
  }
}
