import { choose, datasets, loadDatasets } from '../datasets/datasets';
import { fromParams, toParams } from '../query/address';
import { sameTerms, type Term } from '../query/term';
import { openSession } from '../room/open';
import { guardUnsaved } from '../room/saves';
import { clearRoom, search } from '../room/search';
import { room } from '../room/state';
import { loadConcepts } from '../concepts/concepts';
import { commands } from '../commands/commands';
import { listenToKeys } from '../commands/keyboard';
import { info, watchInfo } from './info';
import { notify } from './notices';
import { address, listenToHistory, navigate, router } from './router';

/** From the address to the room: every page can be reached, reloaded and gone back to by its address alone. */
function follow(): void {
  const { route } = router.get();
  switch (route.page) {
    case 'session':
    case 'results':
      if (room.get().session?.id !== route.id) void openSession(route.id);
      return;
    case 'dataset':
      choose(route.name);
      return;
    case 'search': {
      if (route.dataset !== null) choose(route.dataset);
      const { current } = datasets.get();
      const { terms, lost } = fromParams(route.params);
      if (lost > 0) {
        notify({
          key: 'lost',
          tone: 'info',
          text: 'A dropped picture lives in its tab only. Please drop it again.',
        });
      }
      if (terms.length === 0 || current === null) {
        if (terms.length === 0) clearRoom(current);
        return;
      }
      const { session, terms: shown, dataset, phase } = room.get();
      const same = session === null && dataset === current && sameTerms(shown, terms) && phase !== 'failed';
      if (!same) void search(current, terms);
      return;
    }
    case 'unknown':
  }
}

/** A new search, with an address of its own. */
export function searchFor(terms: Term[]): void {
  const { current } = datasets.get();
  const to = address.search(current, toParams(terms));
  const sameAddress = to === location.pathname + location.search;
  navigate(to);
  if (sameAddress && terms.length > 0 && current !== null) void search(current, terms);
}

export function retryRoom(): void {
  const { route } = router.get();
  const { dataset, terms } = room.get();
  if (route.page === 'session' || route.page === 'results') void openSession(route.id);
  else if (dataset !== null) void search(dataset, terms);
  void watchInfo();
}

export function start(): () => void {
  const stops = [listenToHistory(), listenToKeys(commands), guardUnsaved(), router.subscribe(follow)];
  follow();
  void watchInfo();
  void loadConcepts();
  void loadDatasets(() => info.get().value?.defaultDataset ?? null).then(follow);
  return () => stops.forEach((stop) => stop());
}
