/** The time as the window shows it: ticks once a second, and only while somebody looks. */
import { createStore, useStore, type ReadableStore } from './store.ts';

/** `read` gives Unix milliseconds. The timer runs from the first subscriber to the last. */
export function createClock(read: () => number, everyMs: number): ReadableStore<number> {
  const store = createStore(read());
  let watchers = 0;
  let timer: ReturnType<typeof setInterval> | null = null;
  const tick = (): void => {
    store.set(read());
  };
  return {
    get: () => {
      // The first to look after a break must not see the time of the last.
      if (watchers === 0 && read() - store.get() >= everyMs) tick();
      return store.get();
    },
    subscribe: (listener) => {
      const leave = store.subscribe(listener);
      watchers += 1;
      if (timer === null) {
        tick();
        timer = setInterval(tick, everyMs);
      }
      return () => {
        leave();
        watchers -= 1;
        if (watchers === 0 && timer !== null) {
          clearInterval(timer);
          timer = null;
        }
      };
    },
  };
}

const stopped: ReadableStore<number> = { get: () => 0, subscribe: () => () => undefined };

/** The clock's time, or 0 without a timer when `running` is false. */
export function useNow(clock: ReadableStore<number>, running = true): number {
  return useStore(running ? clock : stopped);
}
