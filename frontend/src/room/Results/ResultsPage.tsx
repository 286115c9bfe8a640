import { useEffect } from 'react';
import { classifierUrl, exportUrl } from '../../api/sessions';
import { address } from '../../app/router';
import { useStore } from '../../app/store';
import { conceptName } from '../../concepts/concepts';
import { Blank } from '../../ui/Blank/Blank';
import { Icon } from '../../ui/Icon/Icon';
import { Link } from '../../ui/Link/Link';
import { Gone } from '../Room/Ends';
import { room } from '../state';
import { ranking, rank } from './ranking';
import { Ranked } from './Ranked';
import './Results.css';

export function ResultsPage({ id }: { id: string }) {
  const session = useStore(room, (state) => (state.session?.id === id ? state.session : null));
  const gone = useStore(room, (state) => state.phase === 'gone');
  const { phase, problem, total, revision } = useStore(ranking, (state) => state);
  useEffect(() => void rank(id), [id]);
  if (gone) return <Gone />;
  const newer = session !== null && revision !== null && session.revision > revision;
  return (
    <div className="results">
      <div className="heading">
        <Link className="icon-button" to={address.session(id)} aria-label="Back to teaching">
          <Icon name="back" />
        </Link>
        <h1>{session ? conceptName(session) : 'Results'}</h1>
        <p>
          {phase === 'ready' &&
            `All ${total.toLocaleString()} images, most alike first · revision ${revision}`}
          {newer && (
            <button type="button" className="quiet" onClick={() => void rank(id)}>
              Rank again with the newest marks
            </button>
          )}
        </p>
      </div>
      <div className="exports" role="group" aria-label="Export">
        <a className="secondary" href={exportUrl(id, 'csv')} download>
          <Icon name="download" /> CSV
        </a>
        <a className="secondary" href={exportUrl(id, 'jsonl')} download>
          <Icon name="download" /> JSON lines
        </a>
        <a className="secondary" href={classifierUrl(id)} download={`classifier-${id}.json`}>
          <Icon name="download" /> Classifier
        </a>
        <span className="note">
          Scores and labels of every image, or the classifier itself to use elsewhere.
        </span>
      </div>
      {phase === 'failed' && problem && (
        <Blank
          icon="cross"
          tone="error"
          title={problem.title}
          action={{ label: 'Try again', perform: () => void rank(id) }}
        >
          <p>{problem.words}</p>
        </Blank>
      )}
      {phase === 'loading' && (
        <div className="grid skeletons" aria-hidden="true">
          {Array.from({ length: 15 }, (_, at) => (
            <div key={at} className="skeleton" />
          ))}
        </div>
      )}
      {phase === 'ready' && <Ranked dataset={session?.dataset ?? ''} />}
    </div>
  );
}
