/** A value that is asked for once and then kept up to date by an event. */
import type { EventName, Events, Reply } from '../../preload/contract/api.ts';
import type { Client } from './client.ts';
import { createStore, type ReadableStore } from './store.ts';

/**
 * Listens first and asks second, so that no change falls between the two; an answer that comes after a change
 * is older than it and is dropped. The value is null until the first of them.
 */
export function createLiveValue<K extends EventName>(
  client: Client,
  event: K,
  ask: () => Promise<Reply<Events[K]>>,
): ReadableStore<Events[K] | null> & { refresh(): Promise<void>; close(): void } {
  const store = createStore<Events[K] | null>(null);
  let changes = 0;
  const close = client.on(event, (value) => {
    changes += 1;
    store.set(value);
  });
  const refresh = async (): Promise<void> => {
    const before = changes;
    const reply = await ask();
    // A refusal means that main or the engine is not up yet: it sends the event when it is.
    if (reply.ok && changes === before) store.set(reply.value);
  };
  void refresh();
  return { get: store.get, subscribe: store.subscribe, refresh, close };
}
