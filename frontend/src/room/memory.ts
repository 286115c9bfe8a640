import type { Hit } from '../api/types';

const name = (session: string): string => `vde.room.${session}`;

/** The page on the screen, for a reload: all else is the server's to know. */
export function remember(session: string, hits: Hit[]): void {
  try {
    localStorage.setItem(name(session), JSON.stringify({ hits }));
  } catch {
    // Full or off: after a reload the page is asked for again.
  }
}

export function recollect(session: string): Hit[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(name(session)) ?? 'null');
    const { hits } = (found ?? {}) as { hits?: Hit[] };
    return Array.isArray(hits) ? hits : [];
  } catch {
    return [];
  }
}

export function forget(session: string): void {
  try {
    localStorage.removeItem(name(session));
  } catch {
    // Storage is off: there is nothing to forget.
  }
}
