import type { Session } from '../../api/types';
import { closeOverlay } from '../../app/overlays';
import { address, navigate } from '../../app/router';
import { room } from '../../room/state';
import { Dialog } from '../../ui/Dialog/Dialog';
import { conceptName, remove } from '../concepts';

async function removeAndLeave(session: Session): Promise<void> {
  closeOverlay();
  const gone = await remove(session);
  if (gone && room.get().session?.id === session.id) navigate(address.search(session.dataset));
}

export function DeleteDialog({ session }: { session: Session }) {
  const { positive, negative } = session.counts;
  return (
    <Dialog title={`Delete “${conceptName(session)}”?`}>
      <p>Its {positive + negative} marks and what it has learnt are deleted for good. The pictures stay.</p>
      <div className="dialog-actions">
        <button type="button" className="quiet" onClick={closeOverlay}>
          Keep it
        </button>
        <button type="button" className="primary danger" onClick={() => void removeAndLeave(session)}>
          Delete
        </button>
      </div>
    </Dialog>
  );
}
