import { useEffect, useState } from 'react';
import { browse } from '../../api/datasets';
import { persistently } from '../../api/retry';
import type { Dataset, Picture } from '../../api/types';
import { searchLike } from '../../commands/commands';
import { nameOfHit } from '../../room/state';

const handfuls = 12;
const handful = 4;

/** Its multiples, taken modulo one, spread evenly and never in step with a dataset's own order. */
const goldenRatio = 0.618034;

/** A few from all over the dataset: neighbours in the list are often near twins. */
async function sample({ name, images }: Dataset, signal: AbortSignal): Promise<Picture[]> {
  const pages = Array.from({ length: handfuls }, (_, at) => {
    const offset = Math.floor(images * ((at * goldenRatio) % 1));
    return persistently(() => browse(name, { offset, limit: handful }, signal), { signal });
  });
  const all = (await Promise.all(pages)).flatMap(({ items }, page) =>
    items.map((item, at) => ({ item, page, at })),
  );
  const seen = new Set<string>();
  return all
    .sort((a, b) => a.at - b.at || a.page - b.page)
    .map(({ item }) => item)
    .filter((picture) => !seen.has(nameOfHit(picture)) && seen.add(nameOfHit(picture)));
}

export function Sample({ dataset }: { dataset: Dataset }) {
  const [pictures, setPictures] = useState<Picture[]>([]);
  const some = dataset.images >= handfuls * handful || dataset.state === 'ready';
  useEffect(() => {
    if (!some) return;
    const stop = new AbortController();
    sample(dataset, stop.signal).then(setPictures, () => undefined);
    return () => stop.abort();
    // The count changes while pictures come in; one look at them is enough.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [dataset.name, some, dataset.state]);
  if (pictures.length === 0) return <div className="sample-space" aria-hidden="true" />;
  return (
    <section className="sample" aria-labelledby="sample-title">
      <h2 id="sample-title">Or start from a picture</h2>
      <ul>
        {pictures.map((picture) => (
          <li key={picture.id}>
            <button
              type="button"
              aria-label={`More like ${nameOfHit(picture)}`}
              title={nameOfHit(picture)}
              onClick={() => searchLike(picture.id)}
            >
              <img src={picture.thumbnail} alt="" loading="lazy" />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
