import { useStore } from '../../app/store';
import { currentDataset, datasets } from '../datasets';
import './ImportProgress.css';

/** Shown while pictures are still coming in; what is there can already be searched. */
export function ImportProgress() {
  const dataset = useStore(datasets, () => currentDataset());
  if (dataset?.state === 'failed') {
    return (
      <div className="import failed" role="alert">
        <b>The import into {dataset.name} stopped.</b> {dataset.images.toLocaleString()} pictures are there
        and can be searched.
      </div>
    );
  }
  if (dataset?.state !== 'importing') return null;
  const { done, total } = dataset.progress ?? { done: 0, total: 0 };
  const share = total > 0 ? done / total : 0;
  return (
    <div className="import" role="region" aria-label="Import">
      <label htmlFor="import-progress">
        <b>Bringing in the pictures of {dataset.name}</b>
        <span>
          {done.toLocaleString()} of {total > 0 ? total.toLocaleString() : '…'} · you can search already
        </span>
      </label>
      <progress id="import-progress" max={1} value={share} />
    </div>
  );
}
