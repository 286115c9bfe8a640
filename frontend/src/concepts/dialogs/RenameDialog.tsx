import { useState } from 'react';
import type { Session } from '../../api/types';
import { closeOverlay } from '../../app/overlays';
import { Dialog } from '../../ui/Dialog/Dialog';
import { conceptName, rename } from '../concepts';

export function RenameDialog({ session }: { session: Session }) {
  const [name, setName] = useState(conceptName(session));
  return (
    <Dialog title="Rename this concept">
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          closeOverlay();
          void rename(session, name);
        }}
      >
        <label className="field">
          Name
          <input
            type="text"
            value={name}
            maxLength={120}
            required
            onChange={(event) => setName(event.target.value)}
          />
        </label>
        <div className="dialog-actions">
          <button type="button" className="quiet" onClick={closeOverlay}>
            Cancel
          </button>
          <button type="submit" className="primary">
            Rename
          </button>
        </div>
      </form>
    </Dialog>
  );
}
