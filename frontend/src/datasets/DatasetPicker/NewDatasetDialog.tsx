import { useState } from 'react';
import { createDataset } from '../../api/datasets';
import { asProblem } from '../../api/problem';
import { closeOverlay } from '../../app/overlays';
import { address, navigate } from '../../app/router';
import { Dialog } from '../../ui/Dialog/Dialog';
import { replace } from '../datasets';

export function NewDatasetDialog() {
  const [name, setName] = useState('');
  const [trouble, setTrouble] = useState('');
  const create = async () => {
    try {
      const dataset = await createDataset(name);
      replace(dataset);
      closeOverlay();
      navigate(address.dataset(dataset.name));
    } catch (error) {
      setTrouble(asProblem(error)?.words ?? '');
    }
  };
  return (
    <Dialog title="New dataset">
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void create();
        }}
      >
        <label className="field">
          Name
          <input
            type="text"
            value={name}
            required
            pattern="[a-z0-9][a-z0-9_\-]{0,62}"
            title="Small letters, digits, - and _"
            onChange={(event) => setName(event.target.value)}
          />
          <span className="note">Small letters, digits, - and _. It can be added to right away.</span>
        </label>
        {trouble !== '' && (
          <p className="error-text" role="alert">
            {trouble}
          </p>
        )}
        <div className="dialog-actions">
          <button type="button" className="quiet" onClick={closeOverlay}>
            Cancel
          </button>
          <button type="submit" className="primary">
            Create
          </button>
        </div>
      </form>
    </Dialog>
  );
}
