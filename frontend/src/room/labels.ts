import { allLabels, allRounds } from '../api/sessions';
import { search } from '../api/search';
import type { Hit, Session } from '../api/types';
import { largestPage, onePage } from './pageSize';
import { boundariesOf } from './rounds';
import type { Mark, Taught } from './state';

/** What a session has been taught so far, as its log on the server says. */
export async function taughtTo(session: string): Promise<Taught> {
  const [labels, rounds] = await Promise.all([allLabels(session), allRounds(session)]);
  // The server lists the newest first; marks made here come behind those that are there.
  const marks = new Map<string, Mark>(
    labels
      .toReversed()
      .map(({ id, positive, revision }) => [id, { verdict: positive ?? null, revision, saving: false }]),
  );
  return {
    marks,
    boundaries: boundariesOf(
      marks,
      rounds.map(({ revision }) => revision),
    ),
    learnedFrom: rounds[0]?.learnedFrom ?? null,
  };
}

const mostExcluded = 10_000;

/**
 * The nearest unseen pictures by the present classifier, without touching the log: opening a concept must not teach
 * it anything. Beyond the limit of /search the oldest exclusions are left out, and filtered here.
 */
export async function unseen(session: Session, marks: ReadonlyMap<string, Mark>): Promise<Hit[]> {
  const { hits } = await search({
    dataset: session.dataset,
    query: [{ session: session.id }],
    exclude: [...marks.keys()].slice(-mostExcluded),
    limit: largestPage,
    ...(session.filter && { filter: session.filter }),
  });
  return onePage(hits.filter(({ id }) => !marks.has(id)));
}
