import { address, router } from '../../app/router';
import { askToDelete, askToRename, closeOverlay } from '../../app/overlays';
import { useStore } from '../../app/store';
import type { Session } from '../../api/types';
import { Icon } from '../../ui/Icon/Icon';
import { Link } from '../../ui/Link/Link';
import { conceptName, concepts, loadConcepts } from '../concepts';
import './ConceptList.css';

/** Everything that was ever taught, newest first. */
export function ConceptList() {
  const { items, phase, problem } = useStore(concepts, (state) => state);
  return (
    <nav className="concepts" aria-label="Concepts">
      {phase === 'loading' && <div className="concept-skeleton" aria-hidden="true" />}
      {phase === 'failed' && (
        <p className="note">
          {problem?.words}{' '}
          <button type="button" className="quiet" onClick={() => void loadConcepts()}>
            Try again
          </button>
        </p>
      )}
      {phase === 'ready' && items.length === 0 && (
        <p className="note">What you teach appears here. Search for something and mark a few pictures.</p>
      )}
      <ul>
        {items.map((session) => (
          <Concept key={session.id} session={session} />
        ))}
      </ul>
      <Link className="new-concept" to={address.search(null)} onClick={closeOverlay}>
        <Icon name="plus" size={16} />
        New concept
      </Link>
    </nav>
  );
}

function Concept({ session }: { session: Session }) {
  const here = useStore(router, ({ route }) => 'id' in route && route.id === session.id);
  const name = conceptName(session);
  const { positive, negative } = session.counts;
  return (
    <li className={here ? 'concept here' : 'concept'}>
      <Link to={address.session(session.id)} onClick={closeOverlay} aria-current={here ? 'page' : undefined}>
        <b>{name}</b>
        <span className="concept-counts">
          <span className="right-text" aria-label={`${positive} right`}>
            ✓ {positive}
          </span>
          <span className="wrong-text" aria-label={`${negative} wrong`}>
            ✕ {negative}
          </span>
        </span>
      </Link>
      <span className="concept-actions">
        <button
          type="button"
          className="icon-button"
          aria-label={`Rename ${name}`}
          onClick={() => askToRename(session)}
        >
          <Icon name="pencil" size={16} />
        </button>
        <button
          type="button"
          className="icon-button"
          aria-label={`Delete ${name}`}
          onClick={() => askToDelete(session)}
        >
          <Icon name="bin" size={16} />
        </button>
      </span>
    </li>
  );
}
