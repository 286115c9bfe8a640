import { useEffect, useState } from 'react';
import { browse } from '../../api/datasets';
import { asProblem, type Problem } from '../../api/problem';
import { persistently } from '../../api/retry';
import type { Picture } from '../../api/types';
import { openPicture } from '../../app/overlays';
import { address } from '../../app/router';
import { useStore } from '../../app/store';
import { nameOfHit } from '../../room/state';
import { Blank } from '../../ui/Blank/Blank';
import { Link } from '../../ui/Link/Link';
import { datasets, refreshDataset } from '../datasets';
import { Upload } from '../Upload/Upload';
import './DatasetPage.css';

const perPage = 60;

export function DatasetPage({ name }: { name: string }) {
  const dataset = useStore(datasets, ({ items }) => items.find((item) => item.name === name));
  const [pictures, setPictures] = useState<Picture[]>([]);
  const [total, setTotal] = useState<number | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [round, setRound] = useState(0);

  const load = (offset: number, signal?: AbortSignal) =>
    persistently(() => browse(name, { offset, limit: perPage }, signal), { ...(signal && { signal }) }).then(
      (page) => {
        setPictures((before) => (offset === 0 ? page.items : [...before, ...page.items]));
        setTotal(page.total);
        setProblem(null);
      },
      (error: unknown) => setProblem(asProblem(error)),
    );
  useEffect(() => {
    const stop = new AbortController();
    void load(0, stop.signal);
    return () => stop.abort();
    // `load` is made anew each time; what it depends on is listed.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [name, round, dataset?.state]);

  if (problem !== null && pictures.length === 0) {
    return (
      <Blank
        page
        icon="box"
        tone="error"
        title={problem.status === 404 ? `There is no dataset ${name}` : problem.title}
        action={{ label: 'Try again', perform: () => setRound(round + 1) }}
      >
        <p>{problem.words}</p>
      </Blank>
    );
  }
  return (
    <div className="dataset-page">
      <div className="heading">
        <h1>{name}</h1>
        <p>
          {(total ?? dataset?.images ?? 0).toLocaleString()} images
          {dataset && ` · ${dataset.model} · ${dataset.dimension} dimensions`}
        </p>
        <div className="heading-actions">
          <Link className="quiet" to={address.search(name)}>
            Search it
          </Link>
        </div>
      </div>
      <Upload
        dataset={name}
        onDone={() => {
          setRound((before) => before + 1);
          void refreshDataset(name);
        }}
      />
      <ul className="wall" aria-label="Pictures, newest first">
        {pictures.map((picture) => (
          <li key={picture.id}>
            <button type="button" onClick={() => openPicture(name, picture)}>
              <img src={picture.thumbnail} alt="" loading="lazy" />
              <span>{nameOfHit(picture)}</span>
            </button>
          </li>
        ))}
      </ul>
      {total !== null && pictures.length < total && (
        <button type="button" className="secondary wall-more" onClick={() => void load(pictures.length)}>
          Show more
        </button>
      )}
    </div>
  );
}
