import { asProblem, type Problem } from '../api/problem';
import { notify } from './notices';

/**
 * The one funnel for everything that fails outside a view of its own: a sentence, and a way on if there is one.
 * `doing` completes "Could not …". Returns the problem, or null for a cancelled request.
 */
export function handleError(error: unknown, doing: string, retry?: () => void): Problem | null {
  const problem = asProblem(error);
  if (problem === null) return null;
  notify({
    key: doing,
    tone: 'error',
    text: `Could not ${doing}. ${problem.words}`,
    ...(retry && { action: { label: 'Try again', perform: retry } }),
  });
  return problem;
}
