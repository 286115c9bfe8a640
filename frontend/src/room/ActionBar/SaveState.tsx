import { useStore } from '../../app/store';
import { saves } from '../saves';
import { room } from '../state';

/** Whether everything marked is safe on the server; says so in words when it takes longer than usual. */
export function SaveState() {
  const pending = useStore(saves, (state) => state.pending);
  const waiting = useStore(room, (state) => state.waiting);
  if (pending === 0) return <span className="save-state saved">saved</span>;
  return (
    <span className={`save-state ${waiting ? 'waiting' : 'saving'}`} role="status">
      {waiting ? `${pending} not saved yet, trying again` : 'saving'}
    </span>
  );
}
