import { connection } from '../connection';
import { info } from '../info';
import { useStore } from '../store';

export function OfflineBanner() {
  const online = useStore(connection.store, (state) => state.online);
  const loading = useStore(info, ({ value }) => value?.model.state === 'loading');
  if (!online) {
    return (
      <div className="banner" role="status">
        <i className="spinner" /> The server cannot be reached. Trying again; nothing you marked is lost.
      </div>
    );
  }
  if (loading) {
    return (
      <div className="banner calm" role="status">
        <i className="spinner" /> The model is being loaded. Searches wait for it and start by themselves.
      </div>
    );
  }
  return null;
}
