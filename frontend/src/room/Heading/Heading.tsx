import { conceptName } from '../../concepts/concepts';
import { address } from '../../app/router';
import { useStore } from '../../app/store';
import { nameOf } from '../../query/term';
import { Link } from '../../ui/Link/Link';
import { statusLine } from '../rounds';
import { room } from '../state';
import './Heading.css';

export function Heading() {
  const { session, terms, learnedFrom, boundaries, hits, total, phase } = useStore(room, (state) => state);
  const title = session ? conceptName(session) : nameOf(terms);
  return (
    <div className="heading">
      <h1>{title || 'Search'}</h1>
      {phase === 'ready' && (
        <p>
          {session
            ? statusLine(boundaries.length + 1, learnedFrom)
            : `${hits.length.toLocaleString()} nearest of ${total.toLocaleString()}`}
        </p>
      )}
      {session && (
        <div className="heading-actions">
          <Link className="secondary" to={address.results(session.id)}>
            Results
          </Link>
        </div>
      )}
    </div>
  );
}
