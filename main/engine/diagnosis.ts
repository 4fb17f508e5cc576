/** What the engine knows of itself, for whoever is to find out what is wrong: no names, no paths, no content. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EngineDiagnosis } from '../lib/engine-protocol.ts';
import type { Sqlite } from '../queue/database.ts';
import type { Tallies } from '../queue/pages.ts';
import type { PhotoQueue } from '../queue/photo-queue.ts';

/** Exported so that a test can EXPLAIN them. */
export const diagnosisSql = {
  reasons: `SELECT id, step, reason FROM photo INDEXED BY photo_status
    WHERE owner = @owner AND status = @status AND id > @after ORDER BY id LIMIT 4096`,
  troubles: `SELECT id, size, content_type AS contentType FROM photo INDEXED BY photo_status
    WHERE owner = @owner AND status = @status AND (SELECT 1 FROM attempt WHERE photo_id = photo.id LIMIT 1)
    ORDER BY id DESC LIMIT 20`,
} as const;

/** A check reads all of it: above this size it would hold the engine for too long. */
const checkedBytes = 32 * 1024 * 1024;
const shownAttempts = 5;

export interface DiagnosisDeps {
  db: Sqlite;
  queue: Pick<PhotoQueue, 'attempts' | 'runs'>;
  recovered: boolean;
  owners: readonly { sub: string; unfinished: number }[];
  tallies: (owner: string) => Tallies;
}

/** @param owner who is at the window; null while nobody is. */
export async function diagnose(
  { db, queue, recovered, owners, tallies }: DiagnosisDeps,
  owner: string | null,
): Promise<EngineDiagnosis> {
  const pragma = (name: string): number => db.pragma(name, { simple: true }) as number;
  const pageBytes = pragma('page_size');
  const bytes = pragma('page_count') * pageBytes;
  const others = owners.filter(({ sub }) => sub !== owner);
  return {
    database: {
      schema: pragma('user_version'),
      bytes,
      freeBytes: pragma('freelist_count') * pageBytes,
      check: bytes > checkedBytes ? null : (db.pragma('quick_check(1)', { simple: true }) as string),
      recovered,
    },
    otherOwners: {
      count: others.length,
      unfinished: others.reduce((sum, { unfinished }) => sum + unfinished, 0),
    },
    tallies: owner === null ? null : tallies(owner),
    reasons: owner === null ? {} : await reasonsOf(db, owner),
    lastRun: owner === null ? null : queue.runs.last(owner),
    troubles: owner === null ? [] : troublesOf(db, queue, owner),
  };
}

async function reasonsOf(db: Sqlite, owner: string): Promise<Record<string, number>> {
  const rows = db.prepare<
    { owner: string; status: string; after: number },
    { id: number; step: string; reason: string }
  >(diagnosisSql.reasons);
  const counts: Record<string, number> = {};
  for (const status of ['blocked', 'waiting']) {
    for (let after: number | undefined = 0; after !== undefined;) {
      const slice = rows.all({ owner, status, after });
      for (const { step, reason } of slice) {
        const key = `${status} ${step} ${reason}`;
        counts[key] = (counts[key] ?? 0) + 1;
      }
      after = slice.at(-1)?.id;
      await nextTurn();
    }
  }
  return counts;
}

function troublesOf(
  db: Sqlite,
  queue: Pick<PhotoQueue, 'attempts'>,
  owner: string,
): EngineDiagnosis['troubles'] {
  const rows = db.prepare<
    { owner: string; status: string },
    { id: number; size: number; contentType: string }
  >(diagnosisSql.troubles);
  return ['blocked', 'waiting'].flatMap((status) =>
    rows
      .all({ owner, status })
      .map((row) => ({ ...row, attempts: queue.attempts.of(row.id).slice(0, shownAttempts) })),
  );
}
