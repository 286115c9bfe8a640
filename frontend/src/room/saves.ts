import { persistently } from '../api/retry';
import { createStore } from '../app/store';
import { room } from './state';

/**
 * Everything that writes to a session, one after the other and in the order of the clicks: the log is ordered, and undo
 * must come after the mark it takes back. Each write is tried again for as long as the page is open: however long a
 * restart takes, no mark is given up. So a write must be harmless when it is repeated after it has arrived.
 */
export const saves = createStore<{ pending: number }>({ pending: 0 });

let tail: Promise<unknown> = Promise.resolve();

export function inOrder<T>(write: () => Promise<T>): Promise<T> {
  saves.set(({ pending }) => ({ pending: pending + 1 }));
  const result = tail.then(() =>
    persistently(write, { patienceMs: Infinity, onWait: (waiting) => room.set({ waiting }) }),
  );
  tail = result
    .catch(() => undefined)
    .finally(() => {
      saves.set(({ pending }) => ({ pending: pending - 1 }));
      room.set({ waiting: null });
    });
  return result;
}

/** Leaving the page with unsaved marks asks first. */
export function guardUnsaved(): () => void {
  const ask = (event: BeforeUnloadEvent) => {
    if (saves.get().pending > 0) event.preventDefault();
  };
  addEventListener('beforeunload', ask);
  return () => removeEventListener('beforeunload', ask);
}
