import { useSyncExternalStore } from 'react';

/** State outside the framework: a value, a way to change it, and who wants to know. */
export interface Store<T> {
  get(): T;
  set(change: Partial<T> | ((state: T) => Partial<T>)): void;
  subscribe: (listener: () => void) => () => void;
}

export function createStore<T extends object>(initial: T): Store<T> {
  let state = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => state,
    set(change) {
      state = { ...state, ...(typeof change === 'function' ? change(state) : change) };
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The selector must return something that stays the same while its part of the state does. */
export const useStore = <T, R>(store: Store<T>, select: (state: T) => R): R =>
  useSyncExternalStore(store.subscribe, () => select(store.get()));
