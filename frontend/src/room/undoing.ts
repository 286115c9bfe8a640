import { asProblem } from '../api/problem';
import { redo as callRedo, undo as callUndo } from '../api/sessions';
import { announce } from '../app/announce';
import { handleError } from '../app/errors';
import { notify } from '../app/notices';
import { refreshConcepts } from '../concepts/concepts';
import { taughtTo, unseen } from './labels';
import { isGone } from './marking';
import { remember } from './memory';
import { inOrder } from './saves';
import type { Hit } from '../api/types';
import { room, type Deed } from './state';

export const undo = (): Promise<void> => travel('undo');
export const redo = (): Promise<void> => travel('redo');

/** The server's log is the truth: what it takes back is read again, then the page it was done on is shown. */
async function travel(way: 'undo' | 'redo'): Promise<void> {
  const { session: before, busy } = room.get();
  if (before === null || busy !== null) return;
  room.set({ busy: way === 'undo' ? 'undoing' : 'redoing' });
  try {
    const { session, taught } = await inOrder(async () => {
      const answer = await (way === 'undo' ? callUndo : callRedo)(before.id);
      return { session: answer.session, taught: await taughtTo(before.id) };
    });
    if (room.get().session?.id !== before.id) return;
    const skipsBefore = skips(room.get().marks);
    const { done, undone } = room.get();
    const deed = (way === 'undo' ? done : undone).at(-1);
    room.set({
      session,
      ...taught,
      done: way === 'undo' ? done.slice(0, -1) : deed ? [...done, deed] : done,
      undone: way === 'undo' ? (deed ? [...undone, deed] : undone) : undone.slice(0, -1),
    });
    const page = deed ? pageOfDeed(deed, way) : undefined;
    if (page) room.set({ hits: page, total: page.length, focus: 0 });
    else if (!deed && skips(taught.marks) !== skipsBefore) await askForPage();
    if (deed?.kind === 'mark') focusOn(deed.id);
    remember(session.id, room.get().hits);
    announce(way === 'undo' ? 'Undone' : 'Done again');
    refreshConcepts(session);
  } catch (error) {
    if (isGone(error)) return;
    if (asProblem(error)?.status === 409) {
      notify({ key: way, tone: 'info', text: `There is nothing to ${way}.` });
      room.set({ session: { ...before, [way === 'undo' ? 'canUndo' : 'canRedo']: false } });
    } else {
      handleError(error, `${way} that`, () => void travel(way));
    }
  } finally {
    if (room.get().session?.id === before.id) room.set({ busy: null });
  }
}

const skips = (marks: ReadonlyMap<string, { verdict: boolean | null }>): number =>
  [...marks.values()].filter(({ verdict }) => verdict === null).length;

const pageOfDeed = (deed: Deed, way: 'undo' | 'redo'): Hit[] | undefined =>
  deed.kind === 'page' ? (way === 'undo' ? deed.shown : deed.next) : undefined;

/** After a reload this browser no longer knows the page before: the nearest unseen ones take its place. */
async function askForPage(): Promise<void> {
  const { session, marks } = room.get();
  if (session === null) return;
  const hits = await unseen(session, marks);
  room.set({ hits, total: hits.length, focus: 0 });
}

function focusOn(id: string): void {
  const at = room.get().hits.findIndex((hit) => hit.id === id);
  if (at >= 0) room.set({ focus: at });
}
