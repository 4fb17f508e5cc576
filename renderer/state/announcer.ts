/** What a screen reader is told about the queue: the latest state, at most once in a while. */
import { createStore, type ReadableStore } from './store.ts';

export interface Announcer extends ReadableStore<string> {
  /** Says this now if the last announcement is old enough, else as soon as it is, unless replaced by then. */
  say(text: string): void;
  close(): void;
}

/** `everyMs` is the least time between two announcements; `read` gives Unix milliseconds. */
export function createAnnouncer(everyMs: number, read: () => number): Announcer {
  const store = createStore('');
  let lastAt = -Infinity;
  let pending: string | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;
  const flush = (): void => {
    timer = null;
    if (pending === null || pending === store.get()) return;
    lastAt = read();
    store.set(pending);
    pending = null;
  };
  return {
    get: store.get,
    subscribe: store.subscribe,
    say: (text) => {
      pending = text;
      if (timer !== null) return;
      const wait = lastAt + everyMs - read();
      if (wait <= 0) flush();
      else timer = setTimeout(flush, wait);
    },
    close: () => {
      if (timer !== null) clearTimeout(timer);
      timer = null;
    },
  };
}
