import { allLabels } from '../api/sessions';
import { search } from '../api/search';
import type { Hit, Session } from '../api/types';
import { pageSize, shownColumns } from './pageSize';
import type { Mark } from './state';

export async function marksOf(session: string): Promise<Map<string, Mark>> {
  const labels = await allLabels(session);
  return new Map(
    labels.map(({ id, positive, revision }) => [id, { verdict: positive ?? null, revision, saving: false }]),
  );
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
    limit: pageSize(shownColumns()),
    ...(session.filter && { filter: session.filter }),
  });
  return hits.filter(({ id }) => !marks.has(id));
}
