import { navigate, address, router } from '../app/router';
import { toggleTheme } from '../app/theme';
import { openPicture, overlays } from '../app/overlays';
import { currentDataset } from '../datasets/datasets';
import { like } from '../query/term';
import { toParams } from '../query/address';
import { nextPage } from '../room/learning';
import { clearMark, mark, toggle } from '../room/marking';
import { shownColumns } from '../room/pageSize';
import { more } from '../room/search';
import { room, taught } from '../room/state';
import { redo, undo } from '../room/undoing';
import type { Command } from './command';

const focused = () => {
  const { hits, focus, phase } = room.get();
  return phase === 'ready' ? hits[focus] : undefined;
};
const onResults = () => router.get().route.page === 'results';
const teaching = () => room.get().phase === 'ready' && !onResults();
const idle = () => room.get().busy === null;

export const markRight: Command = {
  name: 'mark-right',
  label: 'Right',
  keys: ['p'],
  enabled: () => focused() !== undefined && teaching(),
  perform: async () => {
    const hit = focused();
    if (hit) await mark(hit, true);
  },
};

export const markWrong: Command = {
  name: 'mark-wrong',
  label: 'Wrong',
  keys: ['n'],
  enabled: markRight.enabled,
  perform: async () => {
    const hit = focused();
    if (hit) await mark(hit, false);
  },
};

export const clear: Command = {
  name: 'clear-mark',
  label: 'Clear the mark',
  keys: ['c', 'Backspace'],
  enabled: () => {
    const hit = focused();
    return hit !== undefined && teaching() && room.get().marks.has(hit.id);
  },
  perform: async () => {
    const hit = focused();
    if (hit) await clearMark(hit);
  },
};

export const undoLast: Command = {
  name: 'undo',
  label: 'Undo',
  keys: ['u'],
  enabled: () => teaching() && idle() && (room.get().session?.canUndo ?? false),
  perform: undo,
};

export const redoLast: Command = {
  name: 'redo',
  label: 'Redo',
  keys: ['Shift+U', 'r'],
  enabled: () => teaching() && idle() && (room.get().session?.canRedo ?? false),
  perform: redo,
};

export const next: Command = {
  name: 'next-page',
  label: 'Next page',
  keys: ['Enter'],
  enabled: () => teaching() && idle() && room.get().hits.length > 0,
  perform: () => (taught(room.get()) ? nextPage() : more()),
};

export const moreLikeThis: Command = {
  name: 'more-like-this',
  label: 'More like this',
  keys: ['m'],
  enabled: () => focused() !== undefined,
  perform: () => {
    const hit = focused();
    if (hit) searchLike(hit.id);
  },
};

export const details: Command = {
  name: 'details',
  label: 'Show the picture',
  keys: ['i', ' '],
  enabled: () => focused() !== undefined,
  perform: () => {
    const hit = focused();
    const { dataset } = room.get();
    if (hit && dataset !== null) openPicture(dataset, hit);
  },
};

const move = (name: string, label: string, key: string, by: () => number): Command => ({
  name,
  label,
  keys: [key],
  enabled: () => focused() !== undefined,
  perform: () => {
    const { hits, focus } = room.get();
    const to = focus + by();
    const started = document.activeElement?.closest('[data-grid]') != null;
    // The first arrow only shows where the focus is.
    if (!started) room.set({ focus: Math.min(focus, hits.length - 1) });
    else if (to >= 0 && to < hits.length) room.set({ focus: to });
    document.querySelector<HTMLElement>(`[data-cell="${room.get().focus}"]`)?.focus();
  },
});

export const left = move('left', 'Picture to the left', 'ArrowLeft', () => -1);
export const right = move('right', 'Picture to the right', 'ArrowRight', () => 1);
export const up = move('up', 'Picture above', 'ArrowUp', () => -shownColumns());
export const down = move('down', 'Picture below', 'ArrowDown', shownColumns);

export const focusSearch: Command = {
  name: 'focus-search',
  label: 'Go to the search field',
  keys: ['/'],
  enabled: () => true,
  perform: () => document.querySelector<HTMLInputElement>('[data-search]')?.focus(),
};

export const showKeys: Command = {
  name: 'show-keys',
  label: 'Show the keys',
  keys: ['?'],
  enabled: () => true,
  perform: () => overlays.set({ open: 'keys' }),
};

export const switchTheme: Command = {
  name: 'switch-theme',
  label: 'Light or dark',
  keys: ['t'],
  enabled: () => true,
  perform: toggleTheme,
};

export function searchLike(id: string): void {
  const dataset = room.get().dataset ?? currentDataset()?.name ?? null;
  navigate(address.search(dataset, toParams([like(id)])));
}

export { toggle };

export const commands: readonly Command[] = [
  left,
  right,
  up,
  down,
  markRight,
  markWrong,
  clear,
  undoLast,
  redoLast,
  next,
  moreLikeThis,
  details,
  focusSearch,
  switchTheme,
  showKeys,
];
