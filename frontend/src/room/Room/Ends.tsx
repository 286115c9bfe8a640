import { sentence } from '../../api/problem';
import { retryRoom } from '../../app/controller';
import { info } from '../../app/info';
import { address, navigate } from '../../app/router';
import { useStore } from '../../app/store';
import { Blank } from '../../ui/Blank/Blank';
import { teachAgain } from '../open';
import { room } from '../state';

/** The session was deleted in another tab or by another person. */
export function Gone() {
  const marks = useStore(room, (state) => state.marks.size);
  const known = marks > 0;
  return (
    <Blank
      page
      icon="box"
      title="This concept is not there any more"
      action={
        known
          ? { label: 'Teach it again from these marks', perform: () => void teachAgain() }
          : { label: 'Start a new search', perform: () => navigate(address.search(null)) }
      }
    >
      <p>
        It was deleted, perhaps in another window.
        {known && ` The ${marks} pictures you marked or passed over are still here.`}
      </p>
    </Blank>
  );
}

export function ModelFailed() {
  const reason = useStore(info, ({ value }) => value?.model.reason);
  return (
    <Blank
      icon="box"
      tone="error"
      title="The model could not be loaded"
      action={{ label: 'Try again', perform: retryRoom }}
    >
      <p>
        {reason ? `${sentence(reason)} ` : ''}Words and pictures cannot be compared without it. Browsing the
        dataset still works; the setting is <code>vde.model</code>.
      </p>
    </Blank>
  );
}

export function NothingLeft() {
  const session = useStore(room, (state) => state.session);
  return session ? (
    <Blank
      icon="check"
      title="You have seen every picture"
      action={{ label: 'Show the results', perform: () => navigate(address.results(session.id)) }}
    >
      <p>There is nothing left to mark in this dataset. What it has learnt ranks all of it.</p>
    </Blank>
  ) : (
    <Blank icon="search" title="Nothing found">
      <p>
        This dataset has no pictures yet, or none that can be searched. Add some, or choose another dataset.
      </p>
    </Blank>
  );
}
