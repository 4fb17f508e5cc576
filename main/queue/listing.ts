/**
 * The order of a view, by ids: what makes any place in a long list as near as its beginning.
 *
 * [Note: Lists of ids] SQLite finds the row behind another at once, but the 500,000th only by stepping over those
 * before it. An index for each order would tell no place either, and would cost every photo that is added more than
 * the row itself, for names and sizes come in any order. So where a place is far from both ends, or an order has no
 * index, or there is a search, the engine walks the owner's rows once, a slice in each turn of its loop, and keeps
 * their ids: eight bytes a row, of one view at a time. Rows are read by id, so what is shown of them is always as
 * they are; which rows and in what order is as old as the list. A list that is behind is made anew at most a
 * twentieth of the time, and whoever looks is told.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { View } from '../../preload/contract/model.ts';
import type { Clock } from '../lib/clock.ts';
import { ProblemError } from '../lib/rpc.ts';
import type { Sqlite } from './database.ts';
import { createIdSet } from './id-set.ts';
import { sortIds, type SortKey } from './merge-sort.ts';
import { nameKey, patternsOf } from './search-text.ts';
import { sourcesOf, type Source } from './statuses.ts';

export interface Listings {
  /**
   * The ids of the view in its order. Not to be changed by the caller.
   *
   * @throws ProblemError `bad_request` when another view was opened meanwhile.
   */
  open(owner: string, view: View): Promise<readonly number[]>;
  /**
   * The same; but where the list has to be made first, and its beginning does not depend on its end, it answers as soon
   * as `enough` ids are found, or some have been for a while: somebody waits who types. The list is made to its end all
   * the same.
   */
  begin(owner: string, view: View, enough: number): Promise<{ ids: readonly number[]; complete: boolean }>;
  /** The next list is made anew: rows are gone. */
  forget(): void;
  stop(): void;
}

/** Rows that are walked in one turn of the event loop: about a millisecond. */
const sliceRows = 4_096;
const leastPauseMs = 1_000;
const pauseOverWork = 20;
/** As long somebody who types waits for a first page to be full, milliseconds; then what is found is shown. */
const patienceMs = 50;

interface Listing {
  key: string;
  owner: string;
  view: View;
  ids: readonly number[];
  stamp: string;
  finishedAt: number;
  tookMs: number;
}
/** What sorts by a key that no index has. */
type Keyed = 'name' | 'size' | 'taken';
/** Of all of the queue (null), or of the history. */
type Whole = 'history' | null;
interface Order {
  owner: string;
  keyed: Keyed;
  /** Changes with the rows that there are. */
  rows: string;
  ids: readonly number[];
  /** How many of them have a key; the others are behind them. */
  dated: number;
  finishedAt: number;
  tookMs: number;
}
interface Building {
  key: string;
  promise: Promise<readonly number[]>;
  /** Another view was asked for. */
  abandoned: boolean;
  /** What it finds holds for those who wait for it, and for nobody later. */
  outdated: boolean;
}

function tableOf(source: Source): string {
  if (source === 'history') return 'history INDEXED BY history_owner WHERE owner = @owner';
  if (source === null) return 'photo INDEXED BY photo_owner WHERE owner = @owner';
  return `photo INDEXED BY photo_status WHERE owner = @owner AND status = '${source}'`;
}

function wordsMatch(words: number): string {
  return Array.from(
    { length: words },
    (_, word) => ` AND coalesce(folded, path) LIKE @word${word} ESCAPE '\\'`,
  ).join('');
}

function bound(patterns: readonly string[]): Record<string, string> {
  return Object.fromEntries(patterns.map((pattern, word) => [`word${word}`, pattern]));
}

/** Which of these ids match; exported so that a test can EXPLAIN it. */
export function amongSql(words: number): string {
  const among = (table: string): string =>
    `SELECT id FROM ${table}
      WHERE id IN (SELECT value FROM json_each(@ids)) AND owner = @owner${wordsMatch(words)}`;
  return `${among('photo')} UNION ALL ${among('history')}`;
}

/** Every query of a walk, so that a test can EXPLAIN each. `end` finds where the slice ends, by index alone. */
export function walkSql(
  source: Source,
  words: number,
  keyed: Keyed | null,
): { end: string; ids: string; keys: string } {
  const from = `FROM ${tableOf(source)} AND id > @after`;
  const matches = wordsMatch(words);
  const key = { name: 'coalesce(folded, path)', size: 'size', taken: 'taken_at' }[keyed ?? 'size'];
  return {
    end: `SELECT id ${from} ORDER BY id LIMIT 1 OFFSET ${sliceRows - 1}`,
    ids: `SELECT id ${from} AND id <= @end${matches} ORDER BY id`,
    keys: `SELECT id, ${key} ${from} AND id <= @end${matches} ORDER BY id`,
  };
}

/** @param onListed a list that was behind has been made anew. */
export function createListings(db: Sqlite, clock: Clock, onListed: () => void): Listings {
  const changes = db.prepare<[], number>('SELECT total_changes()').pluck();
  let current: Listing | null = null;
  let building: Building | null = null;
  let callOff: (() => void) | null = null;
  const orders = new Map<Whole, Order>();

  /** Walks the owner's rows of one status, or all, a slice each turn. `take` gets the slice's rows. */
  const walk = async <T>(
    owner: string,
    source: Source,
    { patterns, keyed, take }: { patterns: string[]; keyed: Keyed | null; take: Take<T> },
    alive: () => void,
  ): Promise<void> => {
    const sql = walkSql(source, patterns.length, keyed);
    const end = db.prepare<unknown[], number>(sql.end).pluck();
    const rows = db.prepare(keyed === null ? sql.ids : sql.keys);
    if (keyed === null) rows.pluck();
    else rows.raw();
    const words = bound(patterns);
    for (let after = 0; ;) {
      alive();
      const last = end.get({ owner, after });
      take(rows.all({ owner, after, end: last ?? Number.MAX_SAFE_INTEGER, ...words }) as T[]);
      if (last === undefined) return;
      after = last;
      await nextTurn();
    }
  };

  /**
   * [Note: A search finds everything] Whoever looks for a photo in all of them does not know that it was moved to the
   * history. So that is searched as well, and what is found there stands behind what is found in the queue.
   */
  const list = async (
    owner: string,
    view: View,
    alive: () => void,
    onSome: OnSome,
  ): Promise<readonly number[]> => {
    const ids = await listPlace(owner, view, alive, onSome);
    if (view.filter !== 'all' || patternsOf(view.search).length === 0) return ids;
    return ids.concat(
      await listPlace(owner, { ...view, filter: 'history' }, alive, (some) => {
        onSome(ids.concat(some));
      }),
    );
  };

  /** Of the queue or of the history alone. */
  const listPlace = async (
    owner: string,
    view: View,
    alive: () => void,
    onSome: OnSome,
  ): Promise<readonly number[]> => {
    const patterns = patternsOf(view.search);
    const ids: number[] = [];
    const take = (some: number[]): void => {
      for (const id of some) ids.push(id);
      if (!view.descending) onSome(ids);
    };
    if (view.sort === 'added' || view.sort === 'state') {
      for (const source of sourcesOf(view)) await walk(owner, source, { patterns, keyed: null, take }, alive);
      return view.descending ? ids.reverse() : ids;
    }
    const { ids: sorted, dated } = await orderOf(
      owner,
      view.filter === 'history' ? 'history' : null,
      view.sort,
      alive,
    );
    // Photos without a date are last, whatever the direction.
    const ends = [sorted.slice(0, dated), sorted.slice(dated)];
    if (view.descending) ends[0]?.reverse();
    if ((view.filter === 'all' || view.filter === 'history') && patterns.length === 0) return ends.flat();
    const matching = createIdSet();
    const takeMatching = (some: number[]): void => {
      for (const id of some) matching.add(id);
    };
    for (const source of sourcesOf(view)) {
      await walk(owner, source, { patterns, keyed: null, take: takeMatching }, alive);
    }
    return ends.flat().filter(matching.has);
  };

  /** All of the owner's rows by a key; kept, so that a search within it goes on with each letter. */
  const orderOf = async (owner: string, source: Whole, keyed: Keyed, alive: () => void): Promise<Order> => {
    const now = clock.now();
    const rows = count.get({ owner }) ?? '';
    const last = orders.get(source);
    const known = last?.owner === owner && last.keyed === keyed && last.rows === rows ? last : null;
    // Dates come with inspection, sizes may change, and even a name does when the file is found elsewhere.
    if (known !== null && now < known.finishedAt + pauseAfter(known.tookMs)) return known;
    const [keyedIds, keys, undated]: [number[], SortKey[], number[]] = [[], [], []];
    const take = (some: [number, string | number | null][]): void => {
      for (const [id, key] of some) {
        if (key === null) undated.push(id);
        else {
          keyedIds.push(id);
          keys.push(keyed === 'name' ? nameKey(String(key)) : key);
        }
      }
    };
    await walk(owner, source, { patterns: [], keyed, take }, alive);
    const sorted = await sortIds(keyedIds, keys, async () => {
      await nextTurn();
      alive();
    });
    const finishedAt = clock.now();
    const ids = sorted.concat(undated);
    const order = { owner, keyed, rows, ids, dated: sorted.length, finishedAt, tookMs: finishedAt - now };
    orders.set(source, order);
    return order;
  };

  /** Another list is what somebody looks at now. */
  const supersede = (): void => {
    if (building !== null) building.abandoned = true;
    building = null;
    callOff?.();
    callOff = null;
  };

  const build = (
    key: string,
    owner: string,
    view: View,
    onSome: OnSome = () => undefined,
  ): Promise<readonly number[]> => {
    supersede();
    const mine: Building = { key, abandoned: false, outdated: false, promise: Promise.resolve([]) };
    const alive = (): void => {
      if (mine.abandoned)
        throw new ProblemError({ code: 'bad_request', detail: 'another list was asked for' });
    };
    const work = async (): Promise<readonly number[]> => {
      const from = clock.now();
      try {
        const stamp = stampOf(owner, view);
        const ids = await list(owner, view, alive, onSome);
        const finishedAt = clock.now();
        if (!mine.outdated) current = { key, owner, view, ids, stamp, finishedAt, tookMs: finishedAt - from };
        return ids;
      } finally {
        if (building === mine) building = null;
      }
    };
    building = mine;
    mine.promise = work();
    return mine.promise;
  };

  /** Which rows there are changes with each of these; for their order alone by time added, only that counts. */
  const count = db
    .prepare<{ owner: string }, string>(
      `SELECT sum(count) || ' ' || (SELECT max(id) FROM photo) FROM counter
        WHERE owner = @owner AND bucket IN ('waiting', 'active', 'done', 'blocked', 'history')`,
    )
    .pluck();
  const stampOf = (owner: string, { filter, sort }: View): string =>
    filter === 'all' && sort === 'added' ? (count.get({ owner }) ?? '') : String(changes.get());

  const planRenewal = (known: Listing, owner: string, view: View): void => {
    if (callOff !== null || building !== null) return;
    const at = known.finishedAt + pauseAfter(known.tookMs);
    callOff = clock.after(Math.max(0, at - clock.now()), () => {
      callOff = null;
      build(known.key, owner, view).then(onListed, () => {
        // Whoever asks next meets the error himself.
        if (current === known) current = null;
      });
    });
  };

  /**
   * [Note: With each letter less] What a longer search finds is among what the shorter one has found. Where that is no
   * more than a slice, nothing else is looked at, and the answer is there at once: whoever types on where hardly
   * anything is left would else wait for all rows with each letter. It is as old as what it was taken from, and is
   * made anew when that would have been.
   */
  const narrow = (key: string, owner: string, view: View): void => {
    if (current === null || current.key === key || current.owner !== owner) return;
    if (current.ids.length > sliceRows || !isNarrower(view, current.view)) return;
    supersede();
    const patterns = patternsOf(view.search);
    const found = db
      .prepare<unknown[], number>(amongSql(patterns.length))
      .pluck()
      .all({ owner, ids: JSON.stringify(current.ids), ...bound(patterns) });
    const matches = new Set(found);
    current = { ...current, key, view, ids: current.ids.filter((id) => matches.has(id)) };
  };

  const known = (key: string, owner: string, view: View): Promise<readonly number[]> | null => {
    narrow(key, owner, view);
    if (current?.key === key) {
      if (current.stamp !== stampOf(owner, view)) planRenewal(current, owner, view);
      return Promise.resolve(current.ids);
    }
    return building?.key === key && !building.abandoned ? building.promise : null;
  };

  return {
    open: (owner, view) => {
      const key = keyOf(owner, view);
      return known(key, owner, view) ?? build(key, owner, view);
    },
    begin: async (owner, view, enough) => {
      const key = keyOf(owner, view);
      const soon = known(key, owner, view);
      if (soon !== null) return { ids: await soon, complete: true };
      const from = clock.now();
      return new Promise((resolve, reject) => {
        build(key, owner, view, (ids) => {
          const full = ids.length >= enough;
          if (full || (ids.length > 0 && clock.now() - from >= patienceMs))
            resolve({ ids: ids.slice(0, enough), complete: false });
        }).then((ids) => {
          resolve({ ids, complete: true });
        }, reject);
      });
    },
    forget: () => {
      current = null;
      orders.clear();
      if (building !== null) building.outdated = true;
      building = null;
    },
    stop: () => {
      if (building !== null) building.abandoned = true;
      callOff?.();
    },
  };
}

function keyOf(owner: string, { filter, sort, descending, search }: View): string {
  return JSON.stringify([owner, filter, sort, descending, patternsOf(search)]);
}

/** Whether all that `view` finds is found by the other search too. */
function isNarrower(view: View, than: View): boolean {
  const [words, fewer] = [patternsOf(view.search), patternsOf(than.search)];
  return (
    view.filter === than.filter &&
    view.sort === than.sort &&
    view.descending === than.descending &&
    // Without a search the history is not looked through.
    fewer.length > 0 &&
    fewer.every((part) => words.some((word) => word.includes(part.slice(1, -1))))
  );
}

/** How long a list that took that long to make is good enough, milliseconds. */
function pauseAfter(tookMs: number): number {
  return Math.max(leastPauseMs, tookMs * pauseOverWork);
}

type Take<T> = (rows: T[]) => void;
/** Hears of the ids from the first on, as far as they are found. */
type OnSome = (ids: readonly number[]) => void;
