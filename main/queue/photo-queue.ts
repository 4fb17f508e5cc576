/** The queue: every read and write of the photo table, except what the window asks (see pages.ts). */
import type { Step, WaitReason } from '../../preload/contract/model.ts';
import type { FileStat } from '../lib/file-stat.ts';
import { childPath, parentPath } from '../lib/path-text.ts';
import { createAttempts, type Attempts, type Tried } from './attempts.ts';
import { createArchive, type Archive } from './archive.ts';
import { createAdd, type AddOutcome, type NewPhoto } from './add.ts';
import type { Sqlite } from './database.ts';
import { durably } from './durably.ts';
import { createHashCache, type Findings, type HashCache } from './hash-cache.ts';
import { bindInspected, coreOf, toPhoto, type PhotoRecord } from './photo-record.ts';
import { queueSql, underWay } from './photo-sql.ts';
import { createPartLedger, type PartLedger } from './part-ledger.ts';
import { createRuns, type Runs } from './runs.ts';
import { createVolumes, type Volumes } from './volumes.ts';
import { searchable } from './search-text.ts';
import { transition, type RowCore, type RowEvent } from './transition.ts';

export type { NewPhoto } from './add.ts';

/** Where a file is. */
export interface Place {
  /** See lib/path-text.ts. */
  path: string;
  /** See Volumes; 0 for the one that everything else is on. */
  volume: number;
}

/** A row as the upload steps work on it. */
export interface Photo extends RowCore, NewPhoto, Place {
  id: number;
  owner: string;
  /** Lower-case hex; null before inspection. */
  sha256: string | null;
  /** Base64, only for stores that verify Content-MD5. */
  md5: string | null;
  takenAt: string | null;
  takenOffset: string | null;
  objectKey: string | null;
  /** Why it looks damaged; null when it does not. */
  damage: string | null;
  again: Again;
}

/**
 * What a person who wants a photo uploaded anyway has brought about: 0 = nothing of that kind; 1 = the library is asked
 * to look at its object once more; 2 = that was not sound, and this file is to be put over it.
 */
export type Again = 0 | 1 | 2;

/** What inspection found out. */
export interface Inspected extends Findings {
  stat: FileStat;
  /**
   * What else the file is known by when it is met again. Null when that is not wanted: it was written a moment ago and
   * may still be, or all this is remembered already.
   */
  remember: { path: string; ctimeNs: string } | null;
}

/** What a transition learnt on its way. */
export interface Facts {
  inspected?: Inspected;
  objectKey?: string;
  photoId?: string;
  /** The file name of the stored photo that this one is a copy of. */
  duplicateOf?: string | null;
  /** With `parked`: the row that it waits for. Should that have ended meanwhile, it waits for nothing. */
  waitsFor?: number;
  /** With `parked`: the place of the volume that it waits for. */
  waitsAt?: string;
  /** Where the file is now. */
  place?: Place;
  again?: Again;
  /** Log-safe. */
  lastError?: string;
  /** With a failure: what else is known of the try. */
  tried?: Tried;
}

/** Rows kept, claimed and moved, all of one database. Only one process writes. */
export interface PhotoQueue {
  readonly ledger: PartLedger;
  readonly hashCache: HashCache;
  readonly volumes: Volumes;
  readonly runs: Runs;
  readonly attempts: Attempts;
  readonly archive: Archive;
  /**
   * Takes photos in; durable when it returns. A path that is there already is not queued twice: unchanged and done
   * → `already_stored`, unfinished → `already_queued`, done but changed since → queued again. One that is blocked is
   * tried again.
   */
  add(owner: string, photos: readonly NewPhoto[]): AddOutcome[];
  /**
   * Gives every active row back to the queue: at start, and after a stop. Returns how many. Here and when rows are
   * claimed it is also noticed that the clock was set back: no row waits the longer for it.
   */
  releaseAll(reason: WaitReason): number;
  /** Up to `limit` rows whose turn in this lane of `step` has come, now active. */
  claim(owner: string, step: Step, limit: number, lane?: Lane): Photo[];
  /**
   * Moves rows in one transaction. A row that was removed meanwhile is left alone.
   *
   * @param takes asked for each row that has advanced, unless a person holds it: whether its next step goes on with it
   * at once. Such rows stay active and are returned; the way through `waiting` costs more than most steps.
   */
  move(
    moves: readonly { id: number; event: RowEvent; facts?: Facts }[],
    takes?: (step: Step, size: number) => boolean,
  ): Photo[];
  /** When the next waiting row of this lane is due: 0 = now, null = none. */
  nextDueAt(owner: string, step: Step, lane?: Lane): number | null;
  /** Whether some row waits for its turn or for a time, and not for a person, a volume or another row. */
  hasDue(owner: string): boolean;
  get(id: number): Photo | null;
  /** Another try for these rows. Returns how many moved. */
  retry(owner: string, ids: readonly number[]): number;
  /** The row of this path on this volume. */
  idAt(owner: string, place: Place): number | null;
  /** At most so many of the folders that rows are in; of those above one another the first in order. */
  folders(owner: string, limit: number): string[];
  /** The rows below a folder whose files are gone. */
  missingBelow(owner: string, folder: string): number[];
  /** Uploads these copies of stored photos anyway; rows that are none are left alone. */
  insist(owner: string, ids: readonly number[]): void;
  /** The rows that a person may want to try again: blocked ones, and those that wait for a later time. */
  retriable(owner: string): number[];
  remove(owner: string, ids: readonly number[]): void;
  /** The first unfinished rows in order of their ids, at most `limit`. */
  unfinished(owner: string, limit: number): number[];
  /** Some rows of this owner, finished or not, at most `limit`. */
  someOf(owner: string, limit: number): number[];
  /** Pauses rows, or lets them go on. A row that is being worked on is the caller's to stop. */
  hold(owner: string, ids: readonly number[], held: boolean): void;
  /** Puts these rows before all others, in the order of the queue. */
  prioritise(owner: string, ids: readonly number[]): void;
  /** The next photo whose picture was never decoded as a whole. */
  nextUndecoded(owner: string): Photo | null;
  /** What decoding the whole picture showed; `damage` null leaves what is known. */
  setDecoded(id: number, damage: string | null): void;
  /** A row with this content that is being sent, or will be: its id. A copy may wait for it. */
  findTwin(owner: string, sha256: string, exceptId: number): number | null;
}

/** Large files go their own way where it takes long: in the steps `inspecting` and `sending`. */
export type Lane = 'small' | 'large';

/** @param now Unix milliseconds. */
export function createPhotoQueue(db: Sqlite, now: () => number): PhotoQueue {
  const statements = {
    get: db.prepare<{ id: number }, PhotoRecord>(queueSql.get),
    core: db.prepare<{ id: number }, RowCore & { held: 0 | 1; size: number }>(queueSql.core),
    hand: db.prepare<[Record<string, unknown>], PhotoRecord>(queueSql.hand),
    setBack: db.prepare(queueSql.setBack),
    promote: db.prepare<LaneKey & { now: number }>(queueSql.promote),
    ready: db.prepare<LaneKey & { limit: number }, PhotoRecord>(queueSql.ready),
    nextDue: db.prepare<LaneKey, number>(queueSql.nextDue).pluck(),
    due: db.prepare<{ owner: string }, number>(queueSql.due).pluck(),
    twin: db.prepare<{ owner: string; sha256: Buffer; id: number }, number>(queueSql.twin).pluck(),
    blocked: db.prepare<{ owner: string }, number>(queueSql.blocked).pluck(),
    delayed: db.prepare<{ owner: string }, number>(queueSql.delayed).pluck(),
    someOf: db.prepare<{ owner: string; limit: number }, number>(queueSql.someOf).pluck(),
    unfinished: db.prepare<{ owner: string; limit: number }, number>(queueSql.unfinished).pluck(),
    idAt: db.prepare<Place & { owner: string }, number>(queueSql.idAt).pluck(),
    nextPath: db.prepare<{ owner: string; after: string }, string>(queueSql.nextPath).pluck(),
    missingBelow: db
      .prepare<{ owner: string; first: string; last: string }, number>(queueSql.missingBelow)
      .pluck(),
    topPriority: db.prepare<{ owner: string }, number>(queueSql.topPriority).pluck(),
    hold: db.prepare(`UPDATE photo SET held = @held
      WHERE id = @id AND owner = @owner AND held <> @held AND status <> 'done'`),
    prioritise: db.prepare(`UPDATE photo SET priority = @priority
      WHERE id = @id AND owner = @owner AND status <> 'done'`),
    claimed: db.prepare(`UPDATE photo SET status = @status, reason = @reason, next_try_at = @nextTryAt
      WHERE id = @id`),
    move: db.prepare(`UPDATE photo SET status = @status, step = @step, reason = @reason, next_try_at = @nextTryAt,
      attempts = @attempts, strikes = @strikes,
      object_key = coalesce(@objectKey, object_key), photo_id = coalesce(@photoId, photo_id),
      duplicate_of = coalesce(@duplicateOf, duplicate_of), last_error = @lastError,
      done_at = iif(@status = 'done', @now, NULL), priority = iif(@status = 'done', 0, priority),
      held = iif(@status = 'done', 0, held), again = iif(@status = 'done', 0, coalesce(@again, again)),
      waits_at = @waitsAt,
      waits_for = (SELECT id FROM photo AS other WHERE other.id = @waitsFor AND ${underWay})
      WHERE id = @id AND status = @fromStatus AND step = @fromStep`),
    relocate: db.prepare(
      'UPDATE OR IGNORE photo SET path = @path, volume = @volume, folded = @folded WHERE id = @id',
    ),
    insist: db.prepare(`UPDATE photo SET status = @status, step = @step, reason = @reason,
      next_try_at = @nextTryAt, attempts = @attempts, strikes = @strikes, again = 1, duplicate_of = NULL,
      done_at = NULL, last_error = NULL WHERE id = @id AND owner = @owner AND duplicate_of IS NOT NULL`),
    inspected:
      db.prepare(`UPDATE photo SET device = @device, inode = @inode, size = @size, mtime_ns = @mtimeNs,
      content_type = @contentType, extension = @extension, sha256 = @sha256, md5 = @md5, taken_at = @takenAt,
      taken_offset = @takenOffset, taken_source = @takenSource, camera = @camera, damage = @damage,
      decoded = @decoded WHERE id = @id`),
    release: db.prepare(queueSql.release),
    remove: db.prepare<{ owner: string; ids: string }>(queueSql.remove),
    undecoded: db.prepare<{ owner: string }, PhotoRecord>(queueSql.undecoded),
    decoded: db.prepare('UPDATE photo SET decoded = 1, damage = coalesce(damage, @damage) WHERE id = @id'),
  };

  const ledger = createPartLedger(db);
  const hashCache = createHashCache(db);
  const volumes = createVolumes(db);
  const runs = createRuns(db, now);
  const attempts = createAttempts(db, now);
  const archive = createArchive(db);

  /** When rows were last claimed. */
  let claimedAt = -Infinity;

  const note = (id: number, facts: Facts): void => {
    // Taken by another row meanwhile: then this one is looked for again.
    if (facts.place !== undefined)
      statements.relocate.run({ id, ...facts.place, folded: searchable(facts.place.path) });
    if (facts.inspected !== undefined) {
      const { stat, remember, ...findings } = facts.inspected;
      statements.inspected.run({ id, ...bindInspected(facts.inspected) });
      ledger.plan(id, findings.parts);
      if (remember !== null)
        hashCache.remember(remember.path, { ...stat, ctimeNs: remember.ctimeNs }, findings);
    }
  };
  const apply = (id: number, row: RowCore, event: RowEvent, facts: Facts): void => {
    const next = transition(row, event);
    note(id, facts);
    if (next.status === 'done') ledger.plan(id, []);
    attempts.note(id, row.step, event, facts);
    statements.move.run({
      id,
      ...coreOf(next),
      fromStatus: row.status,
      fromStep: row.step,
      objectKey: facts.objectKey ?? null,
      photoId: facts.photoId ?? null,
      duplicateOf: facts.duplicateOf ?? null,
      lastError: facts.lastError ?? null,
      waitsFor: facts.waitsFor ?? null,
      waitsAt: facts.waitsAt ?? null,
      again: facts.again ?? null,
      now: now(),
    });
  };

  /** Null when the row is gone. */
  const hand = (id: number, row: RowCore, to: Exclude<Step, 'inspecting'>, facts: Facts): Photo | null => {
    const next = transition(row, { type: 'handed', to });
    note(id, facts);
    const record = statements.hand.get({
      id,
      step: next.step,
      attempts: next.attempts,
      objectKey: facts.objectKey ?? null,
      lastError: facts.lastError ?? null,
      again: facts.again ?? null,
    });
    return record === undefined ? null : toPhoto(record);
  };

  const retry = db.transaction((owner: string, ids: readonly number[]) => {
    let moved = 0;
    for (const id of ids) {
      const record = statements.get.get({ id });
      if (record?.owner !== owner || record.status === 'active' || record.status === 'done') continue;
      apply(id, record, { type: 'retried' }, {});
      moved++;
    }
    return moved;
  });

  return {
    ledger,
    hashCache,
    volumes,
    runs,
    attempts,
    archive,
    add: createAdd(db, now, volumes, archive, retry),
    idAt: (owner, place) => statements.idAt.get({ owner, ...place }) ?? null,
    folders: (owner, limit) => {
      const found: string[] = [];
      for (let after = ''; found.length < limit;) {
        const path = statements.nextPath.get({ owner, after });
        if (path === undefined) break;
        const folder = parentPath(path) ?? path;
        // Escaped paths have no order of their own.
        if (folder === found.at(-1)) break;
        found.push(folder);
        // Behind everything below it.
        after = `${childPath(folder, '')}\u{10FFFF}`;
      }
      return found;
    },
    missingBelow: (owner, folder) =>
      statements.missingBelow.all({
        owner,
        first: childPath(folder, ''),
        last: `${childPath(folder, '')}\u{10FFFF}`,
      }),
    releaseAll: (reason) => {
      statements.setBack.run({ now: now() });
      return statements.release.run({ reason }).changes;
    },
    claim: db.transaction((owner: string, step: Step, limit: number, lane: Lane = 'small') => {
      const key = laneKey(owner, step, lane);
      const at = now();
      // Timers do not mind: whoever is due by its timer comes here, whatever the clock says.
      if (at < claimedAt) statements.setBack.run({ now: at });
      claimedAt = at;
      statements.promote.run({ ...key, now: at });
      const ready = statements.ready.all({ ...key, limit });
      if (ready.length > 0) runs.begin(owner);
      return ready.map((record) => {
        const next = transition(record, { type: 'claimed' });
        const { status, reason, nextTryAt } = next;
        statements.claimed.run({ id: record.id, status, reason, nextTryAt });
        return { ...toPhoto(record), status, reason, nextTryAt };
      });
    }),
    move: (moves, takes = () => false) => {
      const handed: Photo[] = [];
      const work = (): void => {
        for (const { id, event, facts = {} } of moves) {
          const row = statements.core.get({ id });
          // Removed, or given back by a stop, while the work was under way: its outcome no longer matters.
          if (row === undefined || (row.status !== 'active' && event.type !== 'retried')) continue;
          const { held, size } = row;
          if (
            event.type === 'advanced' &&
            held === 0 &&
            takes(event.to, facts.inspected?.stat.size ?? size)
          ) {
            const photo = hand(id, row, event.to, facts);
            if (photo !== null) handed.push(photo);
          } else apply(id, row, event, facts);
        }
      };
      if (moves.some(({ event }) => event.type === 'stored')) durably(db, work);
      else db.transaction(work)();
      return handed;
    },
    hasDue: (owner) => statements.due.get({ owner }) !== undefined,
    nextDueAt: (owner, step, lane = 'small') => statements.nextDue.get(laneKey(owner, step, lane)) ?? null,
    get: (id) => {
      const record = statements.get.get({ id });
      return record === undefined ? null : toPhoto(record);
    },
    retry,
    insist: db.transaction((owner: string, ids: readonly number[]) => {
      for (const id of ids) {
        const row = statements.core.get({ id });
        if (row?.status === 'done')
          statements.insist.run({ id, owner, ...coreOf(transition(row, { type: 'insisted' })) });
      }
    }),
    retriable: (owner) => [...statements.blocked.all({ owner }), ...statements.delayed.all({ owner })],
    remove: (owner, ids) => {
      statements.remove.run({ owner, ids: JSON.stringify(ids) });
      archive.remove(owner, ids);
    },
    someOf: (owner, limit) => statements.someOf.all({ owner, limit }),
    unfinished: (owner, limit) => statements.unfinished.all({ owner, limit }),
    hold: db.transaction((owner: string, ids: readonly number[], held: boolean) => {
      for (const id of ids) statements.hold.run({ id, owner, held: held ? 1 : 0 });
    }),
    prioritise: db.transaction((owner: string, ids: readonly number[]) => {
      const priority = (statements.topPriority.get({ owner }) ?? 0) + 1;
      for (const id of ids) statements.prioritise.run({ id, owner, priority });
    }),
    nextUndecoded: (owner) => {
      const record = statements.undecoded.get({ owner });
      return record === undefined ? null : toPhoto(record);
    },
    setDecoded: db.transaction((id: number, damage: string | null) => {
      statements.decoded.run({ id, damage });
      const record = statements.get.get({ id });
      if (record === undefined) return;
      const { stat, sha256 } = toPhoto(record);
      if (sha256 !== null) hashCache.decoded(stat, sha256, damage);
    }),
    findTwin: (owner, sha256, exceptId) =>
      statements.twin.get({ owner, sha256: Buffer.from(sha256, 'hex'), id: exceptId }) ?? null,
  };
}

interface LaneKey {
  owner: string;
  step: Step;
  large: 0 | 1;
}

function laneKey(owner: string, step: Step, lane: Lane): LaneKey {
  return { owner, step, large: lane === 'large' ? 1 : 0 };
}
