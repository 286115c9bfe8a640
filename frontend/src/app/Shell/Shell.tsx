import { useEffect } from 'react';
import { ConceptList } from '../../concepts/ConceptList/ConceptList';
import { DatasetPage } from '../../datasets/DatasetPage/DatasetPage';
import { ImportProgress } from '../../datasets/ImportProgress/ImportProgress';
import { ActionBar } from '../../room/ActionBar/ActionBar';
import { Learnt } from '../../room/Learnt/Learnt';
import { ResultsPage } from '../../room/Results/ResultsPage';
import { Room } from '../../room/Room/Room';
import { room } from '../../room/state';
import { Blank } from '../../ui/Blank/Blank';
import { Header } from '../../ui/Header/Header';
import { Announcer, Notices } from '../../ui/Notices/Notices';
import { conceptName } from '../../concepts/concepts';
import { address, navigate, router, type Route } from '../router';
import { useStore } from '../store';
import { DropTarget } from './DropTarget';
import { OfflineBanner } from './OfflineBanner';
import { Overlay } from './Overlay';
import './Shell.css';

function Page({ route }: { route: Route }) {
  switch (route.page) {
    case 'search':
    case 'session':
      return <Room />;
    case 'results':
      return <ResultsPage id={route.id} />;
    case 'dataset':
      return <DatasetPage key={route.name} name={route.name} />;
    case 'unknown':
      return (
        <Blank
          page
          icon="search"
          title="There is no such page"
          action={{ label: 'Start a search', perform: () => navigate(address.search(null)) }}
        />
      );
  }
}

export function Shell() {
  const route = useStore(router, (state) => state.route);
  const session = useStore(room, (state) => state.session);
  const rooms = route.page === 'search' || route.page === 'session';
  const withLearnt = useStore(room, ({ phase }) => phase !== 'idle' && phase !== 'gone') && rooms;
  const name = session ? conceptName(session) : route.page === 'dataset' ? route.name : '';
  useEffect(() => {
    document.title = name === '' ? 'Visual Dataset Explorer' : `${name} · Visual Dataset Explorer`;
  }, [name]);
  return (
    <>
      <a className="skip" href="#main">
        Skip to the pictures
      </a>
      <Header />
      <OfflineBanner />
      <ImportProgress />
      <div className={withLearnt ? 'layout with-learnt' : 'layout'}>
        <aside className="side" aria-label="Concepts">
          <h2 className="side-title">Concepts</h2>
          <ConceptList />
        </aside>
        <main id="main" tabIndex={-1}>
          <Page route={route} />
        </main>
        {withLearnt && (
          <aside className="side learnt" aria-label="What it has learnt">
            <Learnt />
          </aside>
        )}
      </div>
      {rooms && <ActionBar />}
      <Notices />
      <Announcer />
      <DropTarget />
      <Overlay />
    </>
  );
}
