import { asProblem, type Problem } from '../api/problem';
import { getInfo } from '../api/info';
import { persistently } from '../api/retry';
import type { Info } from '../api/types';
import { createStore } from './store';

export const info = createStore<{ value: Info | null; problem: Problem | null }>({
  value: null,
  problem: null,
});

/** What a model that is not ready yet does, in a sentence. */
export function loadingWords(model: Info['model'] | undefined): string {
  const download = model?.download;
  if (download === undefined || download === null) return 'The model is being loaded.';
  const mb = (bytes: number) => Math.round(bytes / 1e6);
  const of = download.total === null ? '' : ` of ${mb(download.total)}`;
  return `The model is being downloaded: ${mb(download.bytes)}${of} MB.`;
}

const pollMs = 1_000;
let watching = false;

/** Asks what the service is, and goes on asking while the model is loading. */
export async function watchInfo(): Promise<void> {
  if (watching) return;
  watching = true;
  try {
    for (;;) {
      const value = await persistently(getInfo, {
        patienceMs: Infinity,
        onWait: (problem) => info.set({ problem }),
      });
      info.set({ value, problem: null });
      if (value.model.state !== 'loading') return;
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
  } catch (error) {
    info.set({ problem: asProblem(error) });
  } finally {
    watching = false;
  }
}
