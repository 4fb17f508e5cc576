/** What is selected, as the engine knows it: the window only says what was pressed. */
import {
  noSelection,
  type Selection,
  type SelectionAction,
  type SelectionChange,
} from '../../preload/contract/model.ts';
import type { Reply } from '../../preload/contract/api.ts';
import type { Client } from './client.ts';
import type { Notices } from './notices.ts';
import { createStore, type ReadableStore } from './store.ts';

export interface SelectionStore extends ReadableStore<Selection> {
  change(change: SelectionChange): Promise<void>;
  act(action: SelectionAction): Promise<void>;
  /** Asks what has become of it; for a large one that takes the engine a moment. */
  refresh(): Promise<void>;
  close(): void;
}

/** Up to so many rows its figures follow every change of the queue. */
const followed = 1_000;

/** @param onChange the rows on screen may be marked otherwise now. */
export function createSelectionStore(
  client: Client,
  notices: Notices,
  queue: ReadableStore<unknown>,
  onChange: () => void,
): SelectionStore {
  const store = createStore<Selection>(noSelection);
  let asked = 0;
  const settle = async (answer: Promise<Reply<Selection>>, tell: boolean): Promise<void> => {
    asked += 1;
    const mine = asked;
    const reply = await answer;
    // Of several questions in a row the last answer says it all.
    if (reply.ok && mine === asked) store.set(reply.value);
    if (!tell) return;
    if (!reply.ok) notices.add({ kind: 'problem', ...reply.problem });
    onChange();
  };
  const refresh = (): Promise<void> => settle(client.ask('queue.selection'), false);
  // A window that was loaded again, or an engine that was started again, may have another idea of it.
  void refresh();
  const close = queue.subscribe(() => {
    const { count } = store.get();
    if (count > 0 && count <= followed) void refresh();
  });
  return {
    get: store.get,
    subscribe: store.subscribe,
    change: (change) => settle(client.ask('queue.select', change), true),
    act: (action) => settle(client.ask('queue.act', action), true),
    refresh,
    close,
  };
}
