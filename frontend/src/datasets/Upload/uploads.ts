import { upload } from '../../api/datasets';
import { asProblem } from '../../api/problem';
import { persistently } from '../../api/retry';

export interface Upload {
  name: string;
  status: 'waiting' | 'sending' | 'created' | 'replaced' | 'unchanged' | 'failed';
  error: string;
}

const filesPerCall = 16;
const bytesPerCall = 40_000_000;

/** Calls of bounded size, so that progress is seen and one failure costs one call. */
export function batches(files: readonly File[]): File[][] {
  const all: File[][] = [];
  let bytes = 0;
  for (const file of files) {
    const last = all.at(-1);
    if (last === undefined || last.length >= filesPerCall || bytes + file.size > bytesPerCall) {
      all.push([file]);
      bytes = file.size;
    } else {
      last.push(file);
      bytes += file.size;
    }
  }
  return all;
}

/** Uploads one call after the other; `report` gets the whole list after each. The id of a picture is its content, so a retry is safe. */
export async function uploadAll(
  dataset: string,
  files: File[],
  report: (list: Upload[]) => void,
): Promise<void> {
  const list = files.map((file): Upload => ({ name: file.name, status: 'waiting', error: '' }));
  let at = 0;
  for (const batch of batches(files)) {
    const from = at;
    at += batch.length;
    const put = (i: number, change: Partial<Upload>) => {
      const before = list[from + i];
      if (before) list[from + i] = { ...before, ...change };
    };
    batch.forEach((_, i) => put(i, { status: 'sending' }));
    report([...list]);
    try {
      const items = await persistently(() => upload(dataset, batch));
      batch.forEach((_, i) => {
        const item = items.find(({ index }) => index === i);
        put(i, { status: item?.status ?? 'failed', error: item?.error ?? '' });
      });
    } catch (error) {
      const words = asProblem(error)?.words ?? '';
      batch.forEach((_, i) => put(i, { status: 'failed', error: words }));
    }
    report([...list]);
  }
}
