import { useId } from 'react';
import { overlays } from '../../app/overlays';
import { address, navigate } from '../../app/router';
import { useStore } from '../../app/store';
import type { Dataset } from '../../api/types';
import { Icon } from '../../ui/Icon/Icon';
import { Link } from '../../ui/Link/Link';
import { choose, currentDataset, datasets } from '../datasets';
import './DatasetPicker.css';

const count = ({ state, progress, images }: Dataset): string =>
  state === 'importing' && progress
    ? `${progress.done.toLocaleString()} of ${progress.total.toLocaleString()}`
    : `${images.toLocaleString()} images`;

export function DatasetPicker() {
  const items = useStore(datasets, (state) => state.items);
  const current = useStore(datasets, () => currentDataset());
  const id = useId();
  const close = () => document.getElementById(id)?.hidePopover();
  if (current === undefined) return <span className="picker-button placeholder">no dataset</span>;
  return (
    <div className="picker">
      <button type="button" className="picker-button" popoverTarget={id}>
        <span className="sr-only">Dataset </span>
        <b>{current.name}</b> <span className="picker-count">{count(current)}</span>
        <Icon name="down" size={14} />
      </button>
      <div id={id} popover="auto" className="popover picker-popover">
        <h2>Datasets</h2>
        <ul>
          {items.map((dataset) => (
            <li key={dataset.name} className={dataset.name === current.name ? 'here' : ''}>
              <button
                type="button"
                aria-current={dataset.name === current.name}
                onClick={() => {
                  close();
                  choose(dataset.name);
                  navigate(address.search(dataset.name));
                }}
              >
                <b>{dataset.name}</b>
                <span>{count(dataset)}</span>
              </button>
              <Link
                className="quiet"
                to={address.dataset(dataset.name)}
                onClick={close}
                aria-label={`Browse ${dataset.name} and add images`}
              >
                Browse
              </Link>
            </li>
          ))}
        </ul>
        <button
          type="button"
          className="quiet"
          onClick={() => {
            close();
            overlays.set({ open: 'new-dataset' });
          }}
        >
          <Icon name="plus" size={16} />
          New dataset
        </button>
      </div>
    </div>
  );
}
