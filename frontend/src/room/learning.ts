import { asProblem } from '../api/problem';
import { getSession, label } from '../api/sessions';
import type { LabelResponse } from '../api/types';
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
  const { terms, busy } = room.get();
  if (busy !== null) return;
  room.set({ busy: 'learning' });
  const here = () => room.get().terms === terms;
  try {
    const page = await inOrder(closing(here));
    if (page === null || !here()) return;
    const { base, skipped, gone, answer } = page;
    const { session, hits, learnedFrom } = answer;
    const { hits: before, marks, boundaries, done, undone } = room.get();
    const shown = before.filter(({ id }) => !gone.includes(id));
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
    if (gone.length > 0) tellGone(gone.length);
    refreshConcepts(session);
  } catch (error) {
    if (here()) await explain(error);
  } finally {
    if (here()) room.set({ busy: null });
  }
}

interface Page {
  id: string;
  base: number;
  skipped: string[];
  /** Deleted by somebody else since they were shown: there is nothing left to skip. */
  gone: string[];
}

/** The page as it is when its turn comes: all earlier marks are saved by then, or taken back. Left before, it stays open. */
function closing(here: () => boolean): () => Promise<(Page & { answer: LabelResponse }) | null> {
  let page: Page | null = null;
  return async () => {
    if (!here()) return null;
    page ??= onScreen();
    while (page !== null) {
      try {
        return { ...page, answer: await close(page) };
      } catch (error) {
        const rest = without(page, unknownTo(error, page.skipped));
        if (rest === null) throw error;
        page = rest;
      }
    }
    return null;
  };
}

/** The skipped pictures that the server names as unknown, by their place in the call. */
function unknownTo(error: unknown, skipped: readonly string[]): string[] {
  const problem = asProblem(error);
  if (problem?.status !== 404) return [];
  return problem.errors.flatMap(({ field }) => {
    const place = /^skipped\[(\d+)\]$/.exec(field)?.[1];
    return place === undefined ? [] : skipped.slice(Number(place), Number(place) + 1);
  });
}

const without = (page: Page, unknown: readonly string[]): Page | null =>
  unknown.length === 0
    ? null
    : {
        ...page,
        skipped: page.skipped.filter((id) => !unknown.includes(id)),
        gone: [...page.gone, ...unknown],
      };

function tellGone(count: number): void {
  const what = count === 1 ? 'One picture of the last page' : `${count} pictures of the last page`;
  notify({ key: 'deleted-meanwhile', tone: 'info', text: `${what} had been deleted meanwhile.` });
}

/** Null while there is no concept: the first mark was refused. */
function onScreen(): Page | null {
  const { hits, marks, session } = room.get();
  const skipped = hits.filter((hit) => !marks.has(hit.id)).map((hit) => hit.id);
  return session && { id: session.id, base: session.revision, skipped, gone: [] };
}

async function close({ id, base, skipped, gone }: Page): Promise<LabelResponse> {
  const limit = pageSize(shownColumns());
  const call = (baseRevision: number) => label(id, { labels: [], skipped, limit, refit: true, baseRevision });
  try {
    return await call(base);
  } catch (error) {
    if (asProblem(error)?.status !== 409 || !(await closedBefore({ id, base, skipped, gone }))) throw error;
    // It changes nothing any more, and such a call is answered with the next page.
    return call(base + 1);
  }
}

/** Whether it was this very page that moved the log: an earlier call arrived, and only its answer was lost. */
async function closedBefore({ id, base, skipped }: Page): Promise<boolean> {
  const [{ revision }, { marks, boundaries }] = await Promise.all([getSession(id), taughtTo(id)]);
  return (
    revision === base + 1 &&
    boundaries.at(-1) === revision &&
    skipped.every((each) => marks.get(each)?.verdict === null)
  );
}

async function explain(error: unknown): Promise<void> {
  const { session } = room.get();
  if (session === null || isGone(error)) return;
  if (asProblem(error)?.status !== 409) {
    handleError(error, 'show the next page', () => void nextPage());
    return;
  }
  try {
    await adoptTaught(session.id);
  } catch (failure) {
    handleError(failure, 'show the next page', () => void nextPage());
  }
}

/** Takes over what was taught elsewhere, and leaves it to a person to go on from there. */
export async function adoptTaught(id: string): Promise<void> {
  await adopt(id);
  notify({
    key: 'taught-elsewhere',
    tone: 'info',
    text: 'This concept was also taught elsewhere. Those marks are on the page now; go on when you are ready.',
  });
}

/** Takes over the session as the server has it. */
export async function adopt(id: string): Promise<void> {
  const [session, taught] = await Promise.all([getSession(id), taughtTo(id)]);
  if (room.get().session?.id !== id) return;
  room.set({ session, ...taught, done: [], undone: [] });
  refreshConcepts(session);
}
