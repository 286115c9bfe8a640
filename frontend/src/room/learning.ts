import { asProblem } from '../api/problem';
import { getSession, label } from '../api/sessions';
import { announce } from '../app/announce';
import { handleError } from '../app/errors';
import { notify } from '../app/notices';
import { refreshConcepts } from '../concepts/concepts';
import { taughtTo } from './labels';
import { isGone } from './marking';
import { remember } from './memory';
import { pageSize, shownColumns } from './pageSize';
import { statusLine } from './rounds';
import { inOrder } from './saves';
import { room, type Mark } from './state';

/** Closes the page: the unmarked are skipped, one round is learnt, and the best unseen pictures come next. */
export async function nextPage(): Promise<void> {
  const { session: before, busy } = room.get();
  if (before === null || busy !== null) return;
  room.set({ busy: 'learning' });
  try {
    const { answer, skipped, base } = await inOrder(() => closePage(before.id));
    if (room.get().session?.id !== before.id) return;
    const { session, hits, learnedFrom } = answer;
    const { hits: shown, marks, boundaries, done, undone } = room.get();
    const moved = session.revision !== base;
    const closed = moved ? [...boundaries, session.revision] : boundaries;
    const seen = new Map<string, Mark>(marks);
    for (const id of skipped) seen.set(id, { verdict: null, revision: session.revision, saving: false });
    room.set({
      hits,
      learnedFrom,
      boundaries: closed,
      session,
      marks: seen,
      total: hits.length,
      focus: 0,
      done: moved ? [...done, { kind: 'page', shown, next: hits }] : done,
      undone: moved ? [] : undone,
    });
    remember(session.id, hits);
    announce(`${statusLine(closed.length + 1, learnedFrom)}. ${hits.length} pictures.`);
    refreshConcepts(session);
  } catch (error) {
    await explain(error, before.id);
  } finally {
    if (room.get().session?.id === before.id) room.set({ busy: null });
  }
}

async function closePage(id: string) {
  const { hits, marks, session } = room.get();
  const base = session?.revision ?? 0;
  const skipped = hits.filter((hit) => !marks.has(hit.id)).map((hit) => hit.id);
  const limit = pageSize(shownColumns());
  const answer = await label(id, { labels: [], skipped, limit, refit: true, baseRevision: base });
  return { answer, skipped, base };
}

async function explain(error: unknown, id: string): Promise<void> {
  if (isGone(error)) return;
  if (asProblem(error)?.status !== 409) {
    handleError(error, 'show the next page', () => void nextPage());
    return;
  }
  try {
    await adopt(id);
    notify({
      key: 'taught-elsewhere',
      tone: 'info',
      text: 'This concept was also taught elsewhere. Those marks are on the page now; go on when you are ready.',
    });
  } catch (failure) {
    handleError(failure, 'show the next page', () => void nextPage());
  }
}

/** Takes over the session as the server has it. */
export async function adopt(id: string): Promise<void> {
  const [session, taught] = await Promise.all([getSession(id), taughtTo(id)]);
  if (room.get().session?.id !== id) return;
  room.set({ session, ...taught, done: [], undone: [] });
  refreshConcepts(session);
}
