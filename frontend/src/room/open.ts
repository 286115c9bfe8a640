import { asProblem } from '../api/problem';
import { persistently } from '../api/retry';
import { createSession, getSession, label } from '../api/sessions';
import { announce } from '../app/announce';
import { handleError } from '../app/errors';
import { address, navigate } from '../app/router';
import { refreshConcepts } from '../concepts/concepts';
import { choose } from '../datasets/datasets';
import { fromApi, nameOf, toApi } from '../query/term';
import { taughtTo, unseen } from './labels';
import { recollect, remember } from './memory';
import { newSignal } from './search';
import { emptyRoom, room, type Mark } from './state';

/** Opens a concept by its id, with the page that was on the screen when this browser left it. */
export async function openSession(id: string): Promise<void> {
  const signal = newSignal();
  room.set({ ...emptyRoom, phase: 'loading' });
  try {
    await persistently(() => load(id, signal), { signal, onWait: (waiting) => room.set({ waiting }) });
  } catch (error) {
    const problem = asProblem(error);
    if (problem === null || signal.aborted) return;
    room.set({ phase: problem.status === 404 ? 'gone' : 'failed', problem, waiting: null });
  }
}

async function load(id: string, signal: AbortSignal): Promise<void> {
  const [session, taught] = await Promise.all([getSession(id), taughtTo(id)]);
  const { marks } = taught;
  const known = recollect(id);
  // A remembered page is still the page unless it was closed elsewhere, which skips its unmarked pictures.
  const still = known.length > 0 && !known.some((hit) => marks.get(hit.id)?.verdict === null);
  const hits = still ? known : await unseen(session, marks);
  if (signal.aborted) return;
  choose(session.dataset);
  room.set({
    ...emptyRoom,
    dataset: session.dataset,
    terms: session.query.map(fromApi),
    session,
    ...taught,
    hits,
    total: hits.length,
    phase: 'ready',
  });
  remember(id, hits);
  announce(`${session.name}: ${hits.length} pictures`);
}

/** A concept that was deleted elsewhere, made again from the marks that are still on this screen. */
export async function teachAgain(): Promise<void> {
  const { dataset, terms, marks, hits } = room.get();
  if (dataset === null || terms.length === 0) return;
  try {
    const { session } = await createSession({
      dataset,
      query: terms.map(toApi),
      name: nameOf(terms),
      limit: 1,
    });
    const labels = [...marks].flatMap(([id, { verdict }]) =>
      verdict === null ? [] : [{ id, positive: verdict }],
    );
    const skipped = [...marks].filter(([, { verdict }]) => verdict === null).map(([id]) => id);
    const answer = await label(session.id, { labels, skipped, limit: 1, refit: labels.length > 0 });
    const { revision } = answer.session;
    const saved = new Map<string, Mark>(
      [...marks].map(([id, mark]) => [id, { ...mark, revision, saving: false }]),
    );
    room.set({
      ...emptyRoom,
      dataset,
      terms,
      hits,
      total: hits.length,
      session: answer.session,
      marks: saved,
      boundaries: [revision],
      learnedFrom: answer.learnedFrom,
      phase: 'ready',
    });
    remember(session.id, hits);
    navigate(address.session(session.id));
    refreshConcepts(answer.session);
  } catch (error) {
    handleError(error, 'teach it again', () => void teachAgain());
  }
}
