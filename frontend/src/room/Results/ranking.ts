import { results } from '../../api/sessions';
import { asProblem, type Problem } from '../../api/problem';
import { persistently } from '../../api/retry';
import type { Results } from '../../api/types';
import { createStore } from '../../app/store';

type Ranked = Results['hits'][number];

/** The whole dataset as one revision of the classifier ranks it. */
export const ranking = createStore<{
  id: string | null;
  hits: Ranked[];
  total: number;
  revision: number | null;
  phase: 'loading' | 'ready' | 'failed';
  problem: Problem | null;
}>({ id: null, hits: [], total: 0, revision: null, phase: 'loading', problem: null });

const perPage = 60;
let running = new AbortController();

export async function rank(id: string): Promise<void> {
  running.abort();
  running = new AbortController();
  ranking.set({ id, hits: [], total: 0, revision: null, phase: 'loading', problem: null });
  await load(id, running.signal);
}

/** The first page fixes the revision, so that the others go on from it while people label. */
export async function moreRanked(): Promise<void> {
  const { id } = ranking.get();
  if (id !== null) await load(id, running.signal);
}

async function load(id: string, signal: AbortSignal): Promise<void> {
  const { hits, revision } = ranking.get();
  try {
    const query = { offset: hits.length, limit: perPage, ...(revision !== null && { revision }) };
    const page = await persistently(() => results(id, query, signal), { signal });
    ranking.set({
      hits: [...hits, ...page.hits],
      total: page.total,
      revision: page.revision,
      phase: 'ready',
      problem: null,
    });
  } catch (error) {
    const problem = asProblem(error);
    if (problem && !signal.aborted) ranking.set({ phase: 'failed', problem });
  }
}
