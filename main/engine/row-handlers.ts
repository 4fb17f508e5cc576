/** What the window asks to be done with rows: with some by their ids, with the selection, or with all that is unfinished. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SelectionAction } from '../../preload/contract/model.ts';
import { assertNever } from '../lib/assert-never.ts';
import type { EngineControl } from '../lib/engine-protocol.ts';
import type { Handlers } from '../lib/rpc.ts';
import type { Pages } from '../queue/pages.ts';
import type { PhotoQueue } from '../queue/photo-queue.ts';
import type { SelectionKeeper } from '../queue/selection.ts';
import type { Uploader } from '../upload/uploader.ts';

interface RowDeps {
  need: () => { queue: PhotoQueue; pages: Pages; selection: SelectionKeeper };
  owner: () => string;
  uploader: () => Uploader | null;
  onChange: () => void;
}

/** Those about the selection: see [Note: The selection lives here]. */
type SelectedCalls = 'queue.select' | 'queue.selection' | 'queue.act';
type RowCalls =
  | SelectedCalls
  | 'queue.retry'
  | 'queue.uploadAnyway'
  | 'queue.remove'
  | 'queue.cancelAll'
  | 'queue.hold'
  | 'queue.release'
  | 'queue.prioritise';

type RowAction = SelectionAction | 'uploadAnyway';

/** Rows that are changed in one turn: a selection may be the whole queue, and the engine has other work. */
export const chunkRows = 1_000;

export function createRowHandlers({
  need,
  owner,
  uploader,
  onChange,
}: RowDeps): Handlers<Pick<EngineControl, RowCalls>> {
  /** Does it to some rows, all in one turn. */
  const apply = (action: RowAction, ids: readonly number[]): void => {
    const { queue, pages } = need();
    const who = owner();
    switch (action) {
      case 'hold':
        queue.hold(who, ids, true);
        uploader()?.interrupt(ids);
        return;
      case 'release':
        queue.hold(who, ids, false);
        return;
      case 'prioritise':
        queue.prioritise(who, ids);
        return;
      case 'retry':
        queue.retry(who, ids);
        return;
      case 'uploadAnyway':
        queue.insist(who, ids);
        return;
      case 'remove':
        queue.remove(who, ids);
        pages.forget();
        uploader()?.interrupt(ids);
        return;
      default:
        assertNever(action);
    }
  };
  const act = async (action: RowAction, slices: (readonly number[])[]): Promise<void> => {
    // Whatever is preferred last comes first, so the last slice begins.
    for (const ids of action === 'prioritise' ? slices.reverse() : slices) {
      apply(action, ids);
      onChange();
      await nextTurn();
    }
    if (action === 'retry') uploader()?.tryNow();
    else if (action === 'prioritise') uploader()?.reorder();
    else uploader()?.wake();
    onChange();
  };
  return {
    'queue.retry': (ids) => act('retry', chunked(ids.length > 0 ? ids : need().queue.retriable(owner()))),
    'queue.uploadAnyway': (ids) => act('uploadAnyway', chunked(ids)),
    'queue.remove': (ids) => act('remove', chunked(ids)),
    'queue.hold': (ids) => act('hold', chunked(ids)),
    'queue.release': (ids) => act('release', chunked(ids)),
    'queue.prioritise': (ids) => act('prioritise', chunked(ids)),
    'queue.cancelAll': async () => {
      let removed = 0;
      for (;;) {
        const ids = need().queue.unfinished(owner(), chunkRows);
        if (ids.length === 0) return removed;
        await act('remove', [ids]);
        removed += ids.length;
      }
    },
    'queue.select': async (change) => {
      const { selection } = need();
      await selection.change(owner(), change);
      return selection.tallies(owner());
    },
    'queue.selection': () => need().selection.tallies(owner()),
    'queue.act': async (action) => {
      const { selection } = need();
      await act(action, [...selection.slices()]);
      if (action === 'remove') selection.clear();
      onChange();
      return selection.tallies(owner());
    },
  };
}

function chunked(ids: readonly number[]): number[][] {
  const chunks: number[][] = [];
  for (let at = 0; at < ids.length; at += chunkRows) chunks.push(ids.slice(at, at + chunkRows));
  return chunks;
}
