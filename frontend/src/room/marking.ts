import { asProblem } from '../api/problem';
import { createSession, label } from '../api/sessions';
import type { Hit, Session } from '../api/types';
import { announce } from '../app/announce';
import { handleError } from '../app/errors';
import { notify } from '../app/notices';
import { address, navigate } from '../app/router';
import { refreshConcepts } from '../concepts/concepts';
import { nameOf, toApi, type Term } from '../query/term';
import { remember } from './memory';
import { inOrder } from './saves';
import { changing, nameOfHit, room, type Mark, type RoomState, type Verdict } from './state';

/** Sessions begun from a search, by the very terms on the screen: a newer search begins one of its own. */
const begun = new WeakMap<readonly Term[], Session>();

/** The session of a search; the first mark makes one, and the pictures stay where they are. */
async function sessionFor({ session, dataset, terms }: RoomState): Promise<Session> {
  const known = session ?? begun.get(terms);
  if (known !== undefined) return known;
  if (dataset === null) throw new Error('there is no dataset to teach on');
  // A retry after a lost answer may leave an untaught twin behind; the person sees it in the list and can delete it.
  const created = await createSession({ dataset, query: terms.map(toApi), name: nameOf(terms), limit: 1 });
  begun.set(terms, created.session);
  if (room.get().terms === terms) {
    room.set({ session: created.session });
    remember(created.session.id, room.get().hits);
    navigate(address.session(created.session.id));
  }
  return created.session;
}

const words = (verdict: Verdict | undefined): string =>
  verdict === true ? 'right' : verdict === false ? 'wrong' : 'not marked';

function put(id: string, mark: Mark | undefined): void {
  room.set(({ marks }) => {
    const next = new Map(marks);
    if (mark) next.set(id, mark);
    else next.delete(id);
    return { marks: next };
  });
}

function tooLate({ waiting }: RoomState): void {
  const text = 'Not marked: another page is on its way.';
  // Without a trouble the page is here before anybody has read that.
  if (waiting === null) announce(text);
  else notify({ key: 'too-late', tone: 'info', text });
}

/** Shown at once, saved at once; null clears. When it cannot be saved the picture shows its former mark again. */
export async function mark(hit: Pick<Hit, 'id' | 'metadata'>, positive: boolean | null): Promise<void> {
  const { id } = hit;
  const visit = room.get();
  if (changing(visit)) {
    tooLate(visit);
    return;
  }
  const before = visit.marks.get(id);
  if ((before?.verdict ?? null) === positive) return;
  const shown: Mark = { verdict: positive, revision: Infinity, saving: true };
  put(id, positive === null ? undefined : shown);
  announce(`${nameOfHit(hit)}: ${words(positive)}`);
  const here = () => room.get().terms === visit.terms;
  try {
    const { session } = await inOrder(async () => {
      const { id: at } = await sessionFor(visit);
      return label(at, { labels: [{ id, positive }], skipped: [], limit: 1, refit: false });
    });
    if (!here()) return;
    const changed = session.revision !== room.get().session?.revision;
    room.set(({ done, undone }) => ({
      session,
      done: changed ? [...done, { kind: 'mark', id }] : done,
      undone: changed ? [] : undone,
    }));
    if (room.get().marks.get(id) === shown) put(id, { ...shown, saving: false, revision: session.revision });
    refreshConcepts(session);
  } catch (error) {
    if (!here()) return;
    const now = room.get().marks.get(id);
    if (now === shown || (positive === null && now === undefined)) put(id, before);
    if (isGone(error)) return;
    handleError(error, `save the mark on ${nameOfHit(hit)}`, () => void mark(hit, positive));
  }
}

/** A 404 on a session's own address: it was deleted elsewhere, and the room says so. */
export function isGone(error: unknown): boolean {
  const problem = asProblem(error);
  const { session } = room.get();
  // The problem for unknown images has their places in the call, the one for a session names the session.
  if (problem?.status !== 404 || session === null || problem.errors.length > 0) return false;
  if (!/session/i.test(problem.title + problem.detail)) return false;
  room.set({ phase: 'gone', busy: null });
  return true;
}

export async function clearMark(hit: Pick<Hit, 'id' | 'metadata'>): Promise<void> {
  await mark(hit, null);
}

/** A second press on the same verdict takes it away. */
export async function toggle(hit: Pick<Hit, 'id' | 'metadata'>, positive: boolean): Promise<void> {
  await mark(hit, room.get().marks.get(hit.id)?.verdict === positive ? null : positive);
}
