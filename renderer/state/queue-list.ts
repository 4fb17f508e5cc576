/** The list on screen: which filter and order, and the pages under it. */
import type { Filter, PhotoRow, Problem, Sort, Summary, View } from '../../preload/contract/model.ts';
import type { Client } from './client.ts';
import { createPageCache } from './page-cache.ts';
import { createStore, type ReadableStore } from './store.ts';

/** One state of the list; a new object for every change, so that React sees it. */
export interface ListState extends View {
  total: number;
  loaded: boolean;
  /** The rows are those of this view; until then, of the one before. */
  settled: boolean;
  /** Its total is known. */
  counted: boolean;
  problem: Problem | null;
  row(index: number): PhotoRow | null;
}
export interface QueueList extends ReadableStore<ListState> {
  select(filter: Filter): void;
  sortBy(sort: Sort, descending: boolean): void;
  /** Shows the photos whose name or folder has these words; '' = all of the filter. */
  search(text: string): void;
  /** The place of a row, if that is among the loaded ones. */
  placeOf(id: number): number | null;
  show(first: number, last: number): void;
  reload(): void;
  close(): void;
}

/** Opens the whole queue, oldest first, and follows the changes that `summary` brings. */
export function createQueueList(client: Client, summary: ReadableStore<Summary | null>): QueueList {
  let view: View = { filter: 'all', sort: 'added', descending: false, search: '' };
  const publish = (): void => {
    store.set(read());
  };
  const cache = createPageCache({ fetch: (request) => client.ask('queue.page', request), onChange: publish });
  const read = (): ListState => ({
    ...view,
    total: cache.total(),
    loaded: cache.loaded(),
    settled: cache.settled(),
    counted: cache.counted(),
    problem: cache.problem(),
    row: cache.row,
  });
  const store = createStore(read());
  const open = (next: View): void => {
    const searching = next.search !== view.search;
    view = next;
    cache.open(view, searching ? null : (summary.get()?.[view.filter].count ?? 0));
  };
  const close = summary.subscribe(cache.invalidate);
  open(view);
  return {
    get: store.get,
    subscribe: store.subscribe,
    select: (filter) => {
      open({ ...view, filter });
    },
    sortBy: (sort, descending) => {
      open({ ...view, sort, descending });
    },
    search: (text) => {
      if (text.trim() !== view.search.trim()) open({ ...view, search: text });
      else if (text !== view.search) {
        // A space before the next word finds what is shown already.
        view = { ...view, search: text };
        publish();
      }
    },
    placeOf: cache.placeOf,
    show: cache.show,
    reload: cache.invalidate,
    close,
  };
}
