import { persistently } from '../api/retry';
import { deleteSession, listSessions, renameSession } from '../api/sessions';
import type { Session } from '../api/types';
import { asProblem, type Problem } from '../api/problem';
import { handleError } from '../app/errors';
import { notify } from '../app/notices';
import { createStore } from '../app/store';
import { forget } from '../room/memory';
import { room } from '../room/state';

/** The list of sessions, newest first. People call them concepts. */
export const concepts = createStore<{
  items: Session[];
  phase: 'loading' | 'ready' | 'failed';
  problem: Problem | null;
}>({
  items: [],
  phase: 'loading',
  problem: null,
});

export async function loadConcepts(): Promise<void> {
  try {
    concepts.set({ items: await persistently(listSessions), phase: 'ready', problem: null });
  } catch (error) {
    const problem = asProblem(error);
    if (problem) concepts.set({ phase: 'failed', problem });
  }
}

/** One session as an answer brought it; the list itself is not asked again. */
export function refreshConcepts(session: Session): void {
  concepts.set(({ items }) => ({
    items: items.some(({ id }) => id === session.id)
      ? items.map((item) => (item.id === session.id ? session : item))
      : [session, ...items],
  }));
}

const drop = (id: string): void =>
  concepts.set(({ items }) => ({ items: items.filter((item) => item.id !== id) }));

export async function rename(session: Session, name: string): Promise<void> {
  const wanted = name.trim();
  if (wanted === '' || wanted === session.name) return;
  try {
    const renamed = await renameSession(session.id, wanted);
    refreshConcepts(renamed);
    if (room.get().session?.id === session.id) room.set({ session: renamed });
  } catch (error) {
    handleError(error, `rename ${conceptName(session)}`, () => void rename(session, name));
  }
}

/** True when it is gone, by us or by somebody before us. */
export async function remove(session: Session): Promise<boolean> {
  try {
    await deleteSession(session.id);
  } catch (error) {
    if (asProblem(error)?.status !== 404) {
      handleError(error, `delete ${conceptName(session)}`, () => void remove(session));
      return false;
    }
  }
  drop(session.id);
  forget(session.id);
  notify({ key: 'deleted', tone: 'info', text: `Deleted “${conceptName(session)}”.` });
  return true;
}

export const conceptName = ({ name, id }: Pick<Session, 'name' | 'id'>): string => (name === '' ? id : name);
