import { connection } from '../connection';
import { info, loadingWords } from '../info';
import { useStore } from '../store';

export function OfflineBanner() {
  const online = useStore(connection.store, (state) => state.online);
  const model = useStore(info, ({ value }) => value?.model);
  if (!online) {
    return (
      <div className="banner" role="status">
        <i className="spinner" /> The server cannot be reached. Trying again; nothing you marked is lost.
      </div>
    );
  }
  if (model?.state === 'loading') {
    return (
      <div className="banner calm" role="status">
        <i className="spinner" /> {/* Not read out at each megabyte. */}
        <span aria-live="off">{loadingWords(model)}</span> Searches wait for it and start by themselves.
      </div>
    );
  }
  return null;
}
