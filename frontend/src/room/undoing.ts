import { asProblem } from '../api/problem';
import { getSession, redo as callRedo, undo as callUndo } from '../api/sessions';
import type { Hit, Session } from '../api/types';
import { announce } from '../app/announce';
import { handleError } from '../app/errors';
import { notify } from '../app/notices';
import { refreshConcepts } from '../concepts/concepts';
import { taughtTo, unseen } from './labels';
import { adoptTaught } from './learning';
import { isGone } from './marking';
import { remember } from './memory';
import { inOrder } from './saves';
import { room, type Deed, type Taught } from './state';

type Way = 'undo' | 'redo';
/** Takes one call back or brings it back, and gives the session as it is then. */
type Step = () => Promise<Session>;

export const undo = (): Promise<void> => travel('undo');
export const redo = (): Promise<void> => travel('redo');

/** The server's log is the truth: what it takes back is read again, then the page it was done on is shown. */
async function travel(way: Way, step?: Step): Promise<void> {
  const { session: before, busy, terms } = room.get();
  if (before === null || busy !== null) return;
  const here = () => room.get().terms === terms;
  const once = step ?? stepOf(way, before.id);
  room.set({ busy: way === 'undo' ? 'undoing' : 'redoing' });
  try {
    const { session, taught, page } = await inOrder(async () => {
      const session = await once();
      const taught = await taughtTo(session.id);
      return { session, taught, page: await pageAfter(way, session, taught) };
    });
    if (!here()) return;
    const { done, undone } = room.get();
    const deed = lastDeed(way);
    room.set({
      session,
      ...taught,
      done: way === 'undo' ? done.slice(0, -1) : deed ? [...done, deed] : done,
      undone: way === 'undo' ? (deed ? [...undone, deed] : undone) : undone.slice(0, -1),
      ...(page && { hits: page, total: page.length, focus: 0 }),
    });
    if (deed?.kind === 'mark') focusOn(deed.id);
    remember(session.id, room.get().hits);
    announce(way === 'undo' ? 'Undone' : 'Done again');
    refreshConcepts(session);
  } catch (error) {
    if (!here() || isGone(error)) return;
    const problem = asProblem(error);
    if (problem?.stale === true) {
      await takeOver(way, before.id);
    } else if (problem?.status === 409) {
      notify({ key: way, tone: 'info', text: `There is nothing to ${way}.` });
      room.set(({ session }) => ({
        session: session && { ...session, [way === 'undo' ? 'canUndo' : 'canRedo']: false },
      }));
    } else {
      // The same step: it may be only the reading after it that failed.
      handleError(error, `${way} that`, () => void travel(way, once));
    }
  } finally {
    if (here()) room.set({ busy: null });
  }
}

async function takeOver(way: Way, id: string): Promise<void> {
  try {
    await adoptTaught(id);
  } catch (failure) {
    handleError(failure, `${way} that`, () => void travel(way));
  }
}

/**
 * Each undo takes back one call more, so it must not be repeated when only its answer was lost: it goes on from the
 * revision on the screen, and is refused when the log has moved on. At its first sending that was somebody else; later
 * it was this call, or somebody else as well, and it is left at that: a person can see what has become of the page and
 * press again, but not that something was taken back twice.
 */
function stepOf(way: Way, id: string): Step {
  let base: number | undefined;
  let sent = false;
  let after: Session | undefined;
  return async () => {
    if (after !== undefined) return after;
    base ??= await revisionOf(id);
    const again = sent;
    sent = true;
    try {
      after = (await (way === 'undo' ? callUndo : callRedo)(id, base)).session;
    } catch (error) {
      if (!again || asProblem(error)?.stale !== true) throw error;
      after = await getSession(id);
    }
    return after;
  };
}

/** On the screen, with all marks saved that were made before; a room that was left has none. */
async function revisionOf(id: string): Promise<number> {
  const { session } = room.get();
  return session?.id === id ? session.revision : (await getSession(id)).revision;
}

const lastDeed = (way: Way): Deed | undefined => room.get()[way === 'undo' ? 'done' : 'undone'].at(-1);

const skips = (marks: Taught['marks']): number =>
  [...marks.values()].filter(({ verdict }) => verdict === null).length;

/** The page to show then; undefined leaves the one on the screen. */
async function pageAfter(way: Way, session: Session, { marks }: Taught): Promise<Hit[] | undefined> {
  const deed = lastDeed(way);
  if (deed?.kind === 'page') return way === 'undo' ? deed.shown : deed.next;
  if (deed !== undefined || skips(marks) === skips(room.get().marks)) return undefined;
  // After a reload this browser no longer knows the page before: the nearest unseen ones take its place.
  return unseen(session, marks);
}

function focusOn(id: string): void {
  const at = room.get().hits.findIndex((hit) => hit.id === id);
  if (at >= 0) room.set({ focus: at });
}
