import type { Problem } from '../api/problem';
import type { Hit, LearnedFrom, Session } from '../api/types';
import { createStore } from '../app/store';
import type { Term } from '../query/term';

/** true: right. false: wrong. null: shown and left unmarked (skipped). */
export type Verdict = boolean | null;

export interface Mark {
  verdict: Verdict;
  /** The session's revision that holds it; Infinity until the server has said so. */
  revision: number;
  saving: boolean;
}

/** What one call did, so that undo and redo can show the page it was done on. */
export type Deed = { kind: 'mark'; id: string } | { kind: 'page'; shown: Hit[]; next: Hit[] };

/** What the log of a session adds up to. */
export interface Taught {
  marks: ReadonlyMap<string, Mark>;
  /** Revisions at which a page was closed. */
  boundaries: number[];
  learnedFrom: LearnedFrom | null;
}

export interface RoomState extends Taught {
  dataset: string | null;
  terms: Term[];
  session: Session | null;
  /** idle: nothing asked yet. gone: the session was deleted elsewhere. */
  phase: 'idle' | 'loading' | 'ready' | 'failed' | 'gone';
  busy: 'learning' | 'undoing' | 'redoing' | 'paging' | null;
  /** A trouble that is being waited out. */
  waiting: Problem | null;
  problem: Problem | null;
  hits: Hit[];
  total: number;
  /** Index of the picture that has the focus. */
  focus: number;
  done: Deed[];
  undone: Deed[];
}

export const emptyRoom: RoomState = {
  dataset: null,
  terms: [],
  session: null,
  phase: 'idle',
  busy: null,
  waiting: null,
  problem: null,
  hits: [],
  total: 0,
  focus: 0,
  learnedFrom: null,
  boundaries: [],
  marks: new Map(),
  done: [],
  undone: [],
};

export const room = createStore<RoomState>(emptyRoom);

export const verdictOf = (state: RoomState, id: string): Verdict | undefined => state.marks.get(id)?.verdict;

/** The page is about to become another one: what is marked on it now would come too late for it. */
export const changing = ({ busy }: Pick<RoomState, 'busy'>): boolean => busy !== null && busy !== 'paging';

/** More than a search: marked, or being marked for the first time. */
export const taught = ({ session, marks }: Pick<RoomState, 'session' | 'marks'>): boolean =>
  session !== null || marks.size > 0;

export interface Counts {
  right: number;
  wrong: number;
  unmarked: number;
}

/** Of the pictures on the screen. */
export function pageCounts({ hits, marks }: Pick<RoomState, 'hits' | 'marks'>): Counts {
  const verdicts = hits.map(({ id }) => marks.get(id)?.verdict);
  const right = verdicts.filter((verdict) => verdict === true).length;
  const wrong = verdicts.filter((verdict) => verdict === false).length;
  return { right, wrong, unmarked: hits.length - right - wrong };
}

/** Ids by verdict, newest first. */
export function marked(marks: RoomState['marks'], verdict: boolean): string[] {
  return [...marks]
    .filter(([, mark]) => mark.verdict === verdict)
    .sort(([, a], [, b]) => b.revision - a.revision)
    .map(([id]) => id);
}

export const nameOfHit = (hit: { id: string; metadata?: unknown }): string => {
  const label = (hit.metadata as Record<string, unknown> | null | undefined)?.label;
  return typeof label === 'string' && label !== '' ? label : hit.id;
};
