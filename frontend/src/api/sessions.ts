import type { ApiTerm } from '../query/term';
import { client, read } from './client';
import type { LabelItem, LabelResponse, Results, Round, Session, SessionCreated } from './types';

const at = (id: string) => ({ params: { path: { id } } });

/** All of them: a person has dozens of concepts, not thousands. */
export const listSessions = async (): Promise<Session[]> =>
  (await read(client.GET('/sessions', { params: { query: { limit: 1000 } } }))).items;

export const getSession = (id: string): Promise<Session> => read(client.GET('/sessions/{id}', at(id)));

export const createSession = (body: {
  dataset: string;
  query: ApiTerm[];
  name: string;
  limit: number;
}): Promise<SessionCreated> => read(client.POST('/sessions', { body }));

export const renameSession = (id: string, name: string): Promise<Session> =>
  read(client.PATCH('/sessions/{id}', { ...at(id), body: { name } }));

export const deleteSession = async (id: string): Promise<void> => {
  await read(client.DELETE('/sessions/{id}', at(id)));
};

export interface LabelCall {
  labels: { id: string; positive: boolean | null }[];
  skipped: string[];
  limit: number;
  refit: boolean;
  baseRevision?: number;
}

export const label = (id: string, body: LabelCall): Promise<LabelResponse> =>
  read(client.POST('/sessions/{id}/label', { ...at(id), body }));

const from = (id: string, baseRevision: number) => ({ params: { path: { id }, query: { baseRevision } } });

export const undo = (id: string, baseRevision: number): Promise<LabelResponse> =>
  read(client.POST('/sessions/{id}/undo', from(id, baseRevision)));

export const redo = (id: string, baseRevision: number): Promise<LabelResponse> =>
  read(client.POST('/sessions/{id}/redo', from(id, baseRevision)));

const longestPage = 1000;

type Part<T> = (query: { offset: number; limit: number }) => Promise<{ items: T[]; total: number }>;

async function all<T>(part: Part<T>): Promise<T[]> {
  const found: T[] = [];
  for (;;) {
    const { items, total } = await part({ offset: found.length, limit: longestPage });
    found.push(...items);
    if (items.length === 0 || found.length >= total) return found;
  }
}

export const allLabels = (id: string): Promise<LabelItem[]> =>
  all((query) => read(client.GET('/sessions/{id}/labels', { params: { path: { id }, query } })));

/** Newest first. */
export const allRounds = (id: string): Promise<Round[]> =>
  all((query) => read(client.GET('/sessions/{id}/rounds', { params: { path: { id }, query } })));

export const results = (
  id: string,
  query: { offset: number; limit: number; revision?: number },
  signal?: AbortSignal,
): Promise<Results> =>
  read(client.GET('/sessions/{id}/results', { params: { path: { id }, query }, signal: signal ?? null }));

export const exportUrl = (id: string, format: 'csv' | 'jsonl'): string =>
  `/sessions/${encodeURIComponent(id)}/export?format=${format}`;

export const classifierUrl = (id: string): string => `/sessions/${encodeURIComponent(id)}/classifier`;
