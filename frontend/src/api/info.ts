import { client, read } from './client';
import type { Info } from './types';

export const getInfo = (signal?: AbortSignal): Promise<Info> =>
  read(client.GET('/info', { signal: signal ?? null }));
