import { useStore } from '../../app/store';
import { next, redoLast, undoLast } from '../../commands/commands';
import { run } from '../../commands/command';
import { CommandButton } from '../../ui/Kbd/CommandButton';
import { Kbd } from '../../ui/Kbd/Kbd';
import { Icon } from '../../ui/Icon/Icon';
import { unlearnt } from '../rounds';
import { pageCounts, room, taught } from '../state';
import { SaveState } from './SaveState';
import './ActionBar.css';

/** What is marked on this page, and the one thing to do next. */
export function ActionBar() {
  const state = useStore(room, (each) => each);
  const { phase, busy, hits, total } = state;
  if (phase !== 'ready' || hits.length === 0) return null;
  const { right, wrong, unmarked } = pageCounts(state);
  const learns = unlearnt(state.marks, state.boundaries) > 0;
  const teaching = taught(state);

  return (
    <div className="bar" role="region" aria-label="This page">
      {teaching ? (
        <p className="bar-counts">
          <span className="right-text" aria-label={`${right} right`}>
            <Icon name="check" size={16} />
            {right}
          </span>
          <span className="wrong-text" aria-label={`${wrong} wrong`}>
            <Icon name="cross" size={16} />
            {wrong}
          </span>
          <span className="bar-unmarked">{unmarked} unmarked</span>
          <SaveState />
        </p>
      ) : (
        <p className="bar-hint">
          Mark what is <b className="right-text">right</b> and what is <b className="wrong-text">wrong</b>
          <span className="wide-only">, and it learns what you mean</span>
        </p>
      )}
      {teaching && (
        <span className="bar-history">
          <CommandButton command={undoLast}>
            <Icon name="undo" />
            <span className="wide-only">Undo</span>
          </CommandButton>
          <CommandButton command={redoLast}>
            <Icon name="redo" />
            <span className="wide-only">Redo</span>
          </CommandButton>
        </span>
      )}
      {teaching ? (
        <button
          type="button"
          className="primary bar-next"
          disabled={busy !== null}
          aria-keyshortcuts="Enter"
          onClick={() => run(next)}
        >
          {busy === 'learning' && <i className="spinner" />}
          <span className="wide-only">{learns ? 'Learn and show the next page' : 'Show the next page'}</span>
          <span className="narrow-only">Next page</span>
          <Kbd command={next} />
        </button>
      ) : (
        hits.length < total && (
          <button
            type="button"
            className="quiet bar-next"
            disabled={busy !== null}
            aria-keyshortcuts="Enter"
            onClick={() => run(next)}
          >
            {busy === 'paging' && <i className="spinner" />}
            Show more
            <Kbd command={next} />
          </button>
        )
      )}
    </div>
  );
}
