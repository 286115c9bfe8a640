import { asProblem, type Problem } from './problem';

export interface Persistence {
  signal?: AbortSignal;
  /** Gives up when the next try would be later than this. */
  patienceMs?: number;
  /** Told before each wait, so that a person can be told, too. */
  onWait?: (problem: Problem) => void;
}

const firstWaitMs = 300;
const longestWaitMs = 5_000;

/** Jitter keeps many open pages from returning at the same moment after a restart. */
export const backoff = (attempt: number, random = Math.random()): number =>
  Math.min(longestWaitMs, firstWaitMs * 2 ** attempt) * (0.75 + random / 2);

/** Repeats an attempt through passing trouble. Bounded by time; a cancelled signal ends it at once. */
export async function persistently<T>(attempt: () => Promise<T>, options: Persistence = {}): Promise<T> {
  const { signal, patienceMs = 90_000, onWait } = options;
  const deadline = Date.now() + patienceMs;
  for (let tries = 0; ; tries++) {
    try {
      signal?.throwIfAborted();
      return await attempt();
    } catch (error) {
      const problem = asProblem(error);
      if (problem?.passing !== true) throw error;
      const wait = Math.max(backoff(tries), Math.min(problem.retryAfterMs ?? 0, 30_000));
      if (Date.now() + wait > deadline) throw problem;
      onWait?.(problem);
      await pause(wait, signal);
    }
  }
}

function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(new DOMException('Cancelled', 'AbortError'));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });
}
