import { client, read } from './client';
import type { SearchRequest, SearchResponse } from './types';

export const search = (body: SearchRequest, signal?: AbortSignal): Promise<SearchResponse> =>
  read(client.POST('/search', { body, signal: signal ?? null }));
