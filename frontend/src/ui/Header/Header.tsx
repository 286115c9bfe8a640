import { overlays } from '../../app/overlays';
import { address, navigate } from '../../app/router';
import { useStore } from '../../app/store';
import { shownTheme, theme } from '../../app/theme';
import { run } from '../../commands/command';
import { showKeys, switchTheme } from '../../commands/commands';
import { DatasetPicker } from '../../datasets/DatasetPicker/DatasetPicker';
import { SearchField } from '../../query/SearchField/SearchField';
import { Icon } from '../Icon/Icon';
import { ModelBadge } from './ModelBadge';
import './Header.css';

export function Header() {
  useStore(theme, ({ chosen }) => chosen);
  return (
    <header className="header">
      <a
        className="brand"
        aria-label="Visual Dataset Explorer: start page"
        href={address.search(null)}
        onClick={(event) => {
          if (event.metaKey || event.ctrlKey) return;
          event.preventDefault();
          navigate(address.search(null));
        }}
      >
        <img src="/favicon.svg" alt="" width="28" height="28" />
        <span className="brand-name">Visual Dataset Explorer</span>
      </a>
      <DatasetPicker />
      <SearchField />
      <div className="header-end">
        <ModelBadge />
        <button
          type="button"
          className="icon-button only-narrow"
          aria-label="Concepts"
          onClick={() => overlays.set({ open: 'concepts' })}
        >
          <Icon name="list" />
        </button>
        <button
          type="button"
          className="icon-button only-narrow"
          aria-label="What it has learnt"
          onClick={() => overlays.set({ open: 'learnt' })}
        >
          <Icon name="chart" />
        </button>
        <button
          type="button"
          className="icon-button only-fine"
          aria-label="Keys"
          aria-keyshortcuts="?"
          onClick={() => run(showKeys)}
        >
          <Icon name="keyboard" />
        </button>
        <button
          type="button"
          className="icon-button"
          aria-label={shownTheme() === 'dark' ? 'Light theme' : 'Dark theme'}
          aria-keyshortcuts="t"
          onClick={() => run(switchTheme)}
        >
          <Icon name={shownTheme() === 'dark' ? 'sun' : 'moon'} />
        </button>
      </div>
    </header>
  );
}
