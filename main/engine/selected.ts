/** The window's calls about what is selected: see [Note: The selection lives here]. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SelectionAction } from '../../preload/contract/model.ts';
import { assertNever } from '../lib/assert-never.ts';
import type { EngineControl } from '../lib/engine-protocol.ts';
import type { Handlers } from '../lib/rpc.ts';
import type { Pages } from '../queue/pages.ts';
import type { PhotoQueue } from '../queue/photo-queue.ts';
import type { SelectionKeeper } from '../queue/selection.ts';
import type { Uploader } from '../upload/uploader.ts';

interface SelectedDeps {
  need: () => { queue: PhotoQueue; pages: Pages; selection: SelectionKeeper };
  owner: () => string;
  uploader: () => Uploader | null;
  onChange: () => void;
}

type SelectedCalls = Pick<EngineControl, 'queue.select' | 'queue.selection' | 'queue.act'>;

export function createSelectedHandlers({
  need,
  owner,
  uploader,
  onChange,
}: SelectedDeps): Handlers<SelectedCalls> {
  /** Does it to some rows, all in one turn. */
  const apply = (action: SelectionAction, ids: readonly number[]): void => {
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
      case 'remove':
        queue.remove(who, ids);
        pages.forget();
        uploader()?.interrupt(ids);
        return;
      default:
        assertNever(action);
    }
  };
  return {
    'queue.select': async (change) => {
      const { selection } = need();
      await selection.change(owner(), change);
      return selection.tallies(owner());
    },
    'queue.selection': () => need().selection.tallies(owner()),
    'queue.act': async (action) => {
      const { selection } = need();
      const slices = [...selection.slices()];
      // Whatever is preferred last comes first, so the last slice begins.
      if (action === 'prioritise') slices.reverse();
      for (const ids of slices) {
        apply(action, ids);
        onChange();
        await nextTurn();
      }
      if (action === 'remove') selection.clear();
      if (action === 'retry') uploader()?.tryNow();
      else uploader()?.wake();
      onChange();
      return selection.tallies(owner());
    },
  };
}
