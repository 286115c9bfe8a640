import { asProblem, type Problem } from '../api/problem';
import { getDataset, listDatasets } from '../api/datasets';
import { persistently } from '../api/retry';
import type { Dataset } from '../api/types';
import { createStore } from '../app/store';

export const datasets = createStore<{
  items: Dataset[];
  phase: 'loading' | 'ready' | 'failed';
  problem: Problem | null;
  /** The dataset that searches go to. */
  current: string | null;
}>({ items: [], phase: 'loading', problem: null, current: null });

const pollMs = 700;

export const currentDataset = (): Dataset | undefined => {
  const { items, current } = datasets.get();
  return items.find(({ name }) => name === current);
};

export async function loadDatasets(preferred: () => string | null): Promise<void> {
  try {
    const items = await persistently(listDatasets, {
      onWait: (problem) => datasets.set({ problem }),
    });
    datasets.set(({ current }) => ({
      items,
      phase: 'ready',
      problem: null,
      current: current ?? items.find(({ name }) => name === preferred())?.name ?? items[0]?.name ?? null,
    }));
    if (items.length === 0) void untilThereIsOne(preferred);
    for (const item of items) if (item.state === 'importing') void follow(item.name);
  } catch (error) {
    const problem = asProblem(error);
    if (problem) datasets.set({ phase: 'failed', problem });
  }
}

/** On its first start the service makes the demo dataset a moment after it has begun to answer. */
async function untilThereIsOne(preferred: () => string | null): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, pollMs));
  if (datasets.get().items.length === 0) await loadDatasets(preferred);
}

export function choose(name: string): void {
  if (datasets.get().current !== name) datasets.set({ current: name });
}

export function replace(dataset: Dataset): void {
  datasets.set(({ items }) => ({
    items: items.some(({ name }) => name === dataset.name)
      ? items.map((item) => (item.name === dataset.name ? dataset : item))
      : [dataset, ...items],
  }));
}

export async function refreshDataset(name: string): Promise<Dataset | null> {
  try {
    const dataset = await persistently(() => getDataset(name), { patienceMs: 30_000 });
    replace(dataset);
    return dataset;
  } catch {
    return null;
  }
}

const followed = new Set<string>();

/** Watches a dataset until its import has ended. */
export async function follow(name: string): Promise<void> {
  if (followed.has(name)) return;
  followed.add(name);
  try {
    let dataset = await refreshDataset(name);
    while (dataset?.state === 'importing') {
      await new Promise((resolve) => setTimeout(resolve, pollMs));
      dataset = await refreshDataset(name);
    }
  } finally {
    followed.delete(name);
  }
}
