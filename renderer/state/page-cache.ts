/**
 * The part of the queue that the window holds: pages around what is on screen, never all of it.
 *
 * [Note: Pages go stale] A change in the queue marks every cached page as stale. Pages on screen are asked for
 * again at once, one request per page and a few in all at a time, so that whoever scrolls past a thousand pages waits
 * for none of those; the others when they are scrolled to. Stale rows stay on
 * screen until the new ones are here, so the list never flashes. At most `maxPages` are kept. A row that comes again as
 * it was stays the same object, so that nothing of it is drawn anew.
 */
import type { Reply } from '../../preload/contract/api.ts';
import type { Page, PageRequest, PhotoRow, Problem, View } from '../../preload/contract/model.ts';

export interface PageCacheOptions {
  fetch: (request: PageRequest) => Promise<Reply<Page>>;
  /** Called whenever rows, the total or the problem changed. */
  onChange: () => void;
  pageSize?: number;
  maxPages?: number;
  /** Rows before and after those on screen that are asked for once the latter are here. */
  ahead?: number;
}
export interface PageCache {
  /** The row at this place in the list, or null while it is not here. */
  row(index: number): PhotoRow | null;
  /** The place of a row, if that is here. */
  placeOf(id: number): number | null;
  total(): number;
  /** Whether the first page of this view has been answered. */
  loaded(): boolean;
  /** What is shown is of this view, and not of the one before. */
  settled(): boolean;
  /** The total is that of this view. */
  counted(): boolean;
  /** Why the last request failed; null once one succeeds. */
  problem(): Problem | null;
  /**
   * Begins a new list. `expectedTotal` holds until the first page says better; null = what was shown before stays
   * until then, as for a search that goes on with each letter.
   */
  open(view: View, expectedTotal: number | null): void;
  /** Tells which rows are on screen, both ends included. */
  show(first: number, last: number): void;
  /** Something in the queue changed. */
  invalidate(): void;
}

interface CachedPage {
  rows: PhotoRow[] | null;
  stale: boolean;
  inFlight: boolean;
  usedAt: number;
}

/** Requests under way at most: the pages at both edges of the window, and one more. */
const atOnce = 3;

/** Makes an empty cache; nothing is fetched before `open` and `show`. */
export function createPageCache({
  fetch,
  onChange,
  pageSize = 50,
  maxPages = 20,
  ahead = 40,
}: PageCacheOptions): PageCache {
  let view: View = { filter: 'all', sort: 'added', descending: false, search: '' };
  let pages = new Map<number, CachedPage>();
  /** Still on screen while the list behind it has no answer yet. */
  let before: Map<number, CachedPage> | null = null;
  let total = 0;
  let loaded = false;
  let counting = false;
  let problem: Problem | null = null;
  let visible = { first: 0, last: 0 };
  let uses = 0;
  let inFlight = 0;

  const load = async (number: number, page: CachedPage): Promise<void> => {
    const list = pages;
    page.inFlight = true;
    page.stale = false;
    inFlight += 1;
    const reply = await fetch({ ...view, offset: number * pageSize, limit: pageSize });
    page.inFlight = false;
    // `open` starts a new map: an answer for an older list is nobody's.
    if (list !== pages) return;
    inFlight -= 1;
    // What has been scrolled past changes nothing that can be seen.
    const news =
      isVisible(number) ||
      !loaded ||
      before !== null ||
      problem !== null ||
      !reply.ok ||
      reply.value.total !== total;
    if (reply.ok) {
      page.rows = keepEqual(page.rows, reply.value.rows);
      counting = reply.value.counting === true;
      // The first rows of a list are here before their number is: it is asked for next.
      page.stale ||= counting;
      total = counting && loaded && before === null ? Math.max(total, reply.value.total) : reply.value.total;
      loaded = true;
      problem = null;
      before = null;
    } else {
      // Stays stale, so that the next change or scroll asks again; asking at once would spin.
      page.stale = true;
      problem = reply.problem;
    }
    if (news) onChange();
    if (reply.ok) fetchVisible();
  };

  const isVisible = (number: number): boolean =>
    number >= Math.floor(visible.first / pageSize) && number <= Math.floor(visible.last / pageSize);

  const fetchVisible = (): void => {
    const end = Math.floor(visible.last / pageSize);
    for (let number = Math.floor(visible.first / pageSize); number <= end; number += 1) {
      const page = pageAt(number);
      if (page.stale && !page.inFlight && inFlight < atOnce) void load(number, page);
    }
    if (inFlight === 0) fetchAhead();
    evict();
  };

  /** What will be scrolled to next; what is known of it may be old. */
  const fetchAhead = (): void => {
    for (const row of [visible.last + ahead, visible.first - ahead]) {
      if (row < 0 || row >= total) continue;
      const page = pageAt(Math.floor(row / pageSize));
      if (page.rows === null && inFlight < atOnce) void load(Math.floor(row / pageSize), page);
    }
  };

  const pageAt = (number: number): CachedPage => {
    const page = pages.get(number) ?? { rows: null, stale: true, inFlight: false, usedAt: 0 };
    pages.set(number, page);
    page.usedAt = uses += 1;
    return page;
  };

  const evict = (): void => {
    if (pages.size <= maxPages) return;
    const oldestFirst = [...pages].sort(([, a], [, b]) => a.usedAt - b.usedAt);
    for (const [number, page] of oldestFirst) {
      if (pages.size <= maxPages) break;
      if (!page.inFlight && !isVisible(number)) pages.delete(number);
    }
  };

  return {
    row: (index) => (before ?? pages).get(Math.floor(index / pageSize))?.rows?.[index % pageSize] ?? null,
    placeOf: (id) => {
      for (const [number, { rows }] of before ?? pages) {
        const place = rows?.findIndex((row) => row.id === id) ?? -1;
        if (place >= 0) return number * pageSize + place;
      }
      return null;
    },
    total: () => total,
    loaded: () => loaded,
    settled: () => loaded && before === null,
    counted: () => loaded && before === null && !counting,
    problem: () => problem,
    open: (next, expectedTotal) => {
      view = next;
      if (expectedTotal === null) before ??= pages;
      else {
        before = null;
        total = expectedTotal;
        loaded = false;
      }
      pages = new Map();
      counting = false;
      inFlight = 0;
      problem = null;
      visible = { first: 0, last: 0 };
      fetchVisible();
      onChange();
    },
    show: (first, last) => {
      visible = { first, last };
      fetchVisible();
    },
    invalidate: () => {
      for (const page of pages.values()) page.stale = true;
      fetchVisible();
    },
  };
}

/** The new rows, each as the object that stood for it before where nothing of it has changed. */
function keepEqual(before: readonly PhotoRow[] | null, now: readonly PhotoRow[]): PhotoRow[] {
  const known = new Map(before?.map((row) => [row.id, row]));
  return now.map((row) => {
    const old = known.get(row.id);
    // They are small and flat: comparing them costs less than drawing one.
    return old !== undefined && JSON.stringify(old) === JSON.stringify(row) ? old : row;
  });
}
