import { searchFor } from '../../app/controller';
import { useStore } from '../../app/store';
import { info } from '../../app/info';
import { overlays } from '../../app/overlays';
import { text } from '../../query/term';
import { Blank } from '../../ui/Blank/Blank';
import { Link } from '../../ui/Link/Link';
import { address } from '../../app/router';
import { currentDataset, datasets, loadDatasets } from '../datasets';
import { Sample } from './Sample';
import './Home.css';

/** Loose phrases that a few marks improve a lot, and two that are right from the start. */
const examples = [
  'red heart',
  'something to play in an orchestra',
  'letters',
  'gift for a date',
  'ways to fly somewhere',
];

export function Home() {
  const { phase, problem } = useStore(datasets, (state) => state);
  const dataset = useStore(datasets, () => currentDataset());
  const notice = useStore(info, ({ value }) => value?.model.notice);
  if (phase === 'failed') {
    return (
      <Blank
        page
        icon="cloud"
        tone="error"
        title={problem?.status === 0 ? 'The server cannot be reached' : 'The datasets could not be read'}
        action={{ label: 'Try again', perform: () => void loadDatasets(() => null) }}
      >
        <p>{problem?.status === 0 ? 'Is it still running?' : problem?.words}</p>
      </Blank>
    );
  }
  const empty = dataset?.images === 0 && dataset.state === 'ready';
  return (
    <div className="home">
      <h1>What are you looking for?</h1>
      <p className="home-lead">
        Search{' '}
        {dataset !== undefined && dataset.images > 0
          ? `${dataset.images.toLocaleString()} pictures`
          : 'your pictures'}{' '}
        by words or by example, then mark a few right and wrong: it learns what you mean.
      </p>
      <ul className="examples" aria-label="Examples">
        {examples.map((words) => (
          <li key={words}>
            <button type="button" className="example" onClick={() => searchFor([text(words)])}>
              {words}
            </button>
          </li>
        ))}
      </ul>
      {notice && <p className="home-notice">{notice}</p>}
      {phase === 'ready' && dataset === undefined && (
        <Blank
          icon="box"
          title="There is no dataset yet"
          action={{ label: 'New dataset', perform: () => overlays.set({ open: 'new-dataset' }) }}
        >
          <p>
            Make one and add pictures to it. If the service has just started, its own will be here in a
            moment.
          </p>
        </Blank>
      )}
      {dataset && empty && (
        <Blank icon="upload" title={`${dataset.name} has no pictures yet`}>
          <Link className="primary" to={address.dataset(dataset.name)}>
            Add pictures
          </Link>
        </Blank>
      )}
      {dataset && !empty && <Sample key={dataset.name} dataset={dataset} />}
    </div>
  );
}
