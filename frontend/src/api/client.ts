import createClient from 'openapi-fetch';
import { connection } from '../app/connection';
import { asProblem, problemFrom } from './problem';
import type { paths } from './schema';

/** The current fetch is looked up at each call, so that tests can replace it. */
export const client = createClient<paths>({
  baseUrl: globalThis.location.origin,
  fetch: (request) => globalThis.fetch(request),
});

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The data of an answer; throws a Problem for everything that is not a 2xx. */
export async function read<T>(pending: Promise<Answer<T>>): Promise<T> {
  try {
    const { data, error, response } = await pending;
    connection.reached();
    if (!response.ok) throw problemFrom(response, error);
    return data as T;
  } catch (error) {
    const problem = asProblem(error);
    if (problem === null) throw error;
    if (problem.status === 0) connection.lost();
    throw problem;
  }
}
