import type { Hit } from '../api/types';

/** What a browser keeps of a session for a reload: the page on the screen and where pages were closed. */
export interface Remembered {
  hits: Hit[];
  boundaries: number[];
}

const name = (session: string): string => `vde.room.${session}`;

export function remember(session: string, { hits, boundaries }: Remembered): void {
  try {
    localStorage.setItem(name(session), JSON.stringify({ hits, boundaries }));
  } catch {
    // Full or off: after a reload the page is asked for again.
  }
}

export function recollect(session: string): Remembered | null {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(name(session)) ?? 'null');
    const { hits, boundaries } = (found ?? {}) as Partial<Remembered>;
    return Array.isArray(hits) && Array.isArray(boundaries) ? { hits, boundaries } : null;
  } catch {
    return null;
  }
}

export function forget(session: string): void {
  try {
    localStorage.removeItem(name(session));
  } catch {
    // Storage is off: there is nothing to forget.
  }
}
