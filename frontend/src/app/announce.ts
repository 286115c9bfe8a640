import { createStore } from './store';

/** What a screen reader is told; the count makes a repeated sentence a new one. */
export const announcements = createStore({ text: '', count: 0 });

export const announce = (text: string): void =>
  announcements.set(({ count }) => ({ text, count: count + 1 }));
