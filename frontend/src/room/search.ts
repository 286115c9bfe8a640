import { asProblem } from '../api/problem';
import { persistently } from '../api/retry';
import { search as callSearch } from '../api/search';
import { announce } from '../app/announce';
import { handleError } from '../app/errors';
import { toApi, type Term } from '../query/term';
import { largestPage, onePage, pageSize, shownColumns } from './pageSize';
import { emptyRoom, room } from './state';

let running = new AbortController();

/** A new search ends the one before it. */
export function newSignal(): AbortSignal {
  running.abort();
  running = new AbortController();
  return running.signal;
}

/** Shows what is nearest to the terms. Waits out a loading model or a restarting server. */
export async function search(dataset: string, terms: Term[]): Promise<void> {
  const signal = newSignal();
  room.set({ ...emptyRoom, dataset, terms, phase: 'loading' });
  try {
    const answer = await persistently(
      () => callSearch({ dataset, query: terms.map(toApi), limit: largestPage, offset: 0 }, signal),
      // A model that is being downloaded takes its time, and the page says how far it is.
      { signal, patienceMs: Infinity, onWait: (waiting) => room.set({ waiting }) },
    );
    const { total } = answer;
    const hits = onePage(answer.hits);
    room.set({ hits, total, phase: 'ready', waiting: null });
    announce(hits.length === 0 ? 'Nothing found' : `${hits.length} pictures, nearest first`);
  } catch (error) {
    const problem = asProblem(error);
    if (problem !== null && !signal.aborted) room.set({ phase: 'failed', problem, waiting: null });
  }
}

/** Back to the empty room. */
export function clearRoom(dataset: string | null): void {
  newSignal();
  room.set({ ...emptyRoom, dataset });
}

/** The next hits of a search, below those on the screen. */
export async function more(): Promise<void> {
  const { dataset, terms, hits, total, busy, session } = room.get();
  if (dataset === null || busy !== null || session !== null || hits.length >= total) return;
  const { signal } = running;
  room.set({ busy: 'paging' });
  try {
    const limit = pageSize(shownColumns());
    const query = terms.map(toApi);
    const next = await persistently(
      () => callSearch({ dataset, query, limit, offset: hits.length }, signal),
      {
        signal,
        patienceMs: 20_000,
      },
    );
    const known = new Set(hits.map(({ id }) => id));
    const fresh = next.hits.filter(({ id }) => !known.has(id));
    if (room.get().session !== null) return;
    room.set({ hits: [...hits, ...fresh], total: fresh.length === 0 ? hits.length : next.total });
    announce(`${fresh.length} more pictures`);
  } catch (error) {
    handleError(error, 'load more pictures', () => void more());
  } finally {
    if (!signal.aborted) room.set({ busy: null });
  }
}
