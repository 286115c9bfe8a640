import { createStore } from './store';

export interface Notice {
  key: string;
  tone: 'info' | 'error';
  text: string;
  action?: { label: string; perform: () => void };
}

const shownForMs = 7_000;

export const notices = createStore<{ items: Notice[] }>({ items: [] });

export function dismiss(key: string): void {
  notices.set(({ items }) => ({ items: items.filter((item) => item.key !== key) }));
}

/** One notice a key: the newest wins. Errors and notices with an action stay until they are dismissed. */
export function notify(notice: Notice): void {
  dismiss(notice.key);
  notices.set(({ items }) => ({ items: [...items, notice].slice(-3) }));
  if (notice.tone === 'info' && notice.action === undefined) {
    setTimeout(() => {
      if (notices.get().items.includes(notice)) dismiss(notice.key);
    }, shownForMs);
  }
}
