/** The smallest store that React can read: a value, and those who want to know when it changes. */
import { useSyncExternalStore } from 'react';

export interface ReadableStore<T> {
  get(): T;
  subscribe(listener: () => void): () => void;
}
export interface Store<T> extends ReadableStore<T> {
  /** Replaces the value; listeners hear of it only if it is another one. */
  set(value: T): void;
}

/** Makes a store that holds one value. */
export function createStore<T>(initial: T): Store<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set: (next) => {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of [...listeners]) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

/** The store's value in a component, which is drawn again when it changes. */
export function useStore<T>(store: ReadableStore<T>): T {
  return useSyncExternalStore(store.subscribe, store.get);
}

/**
 * What `select` reads from the store's value, in a component that is drawn again when that changes. It must be a
 * primitive, or the same object each time.
 */
export function useSelected<T, S>(store: ReadableStore<T>, select: (value: T) => S): S {
  return useSyncExternalStore(store.subscribe, () => select(store.get()));
}
