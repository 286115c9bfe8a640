import { Dialog } from '../../ui/Dialog/Dialog';
import { keyLabel } from '../command';
import { commands } from '../commands';
import './KeysDialog.css';

export const KeysDialog = () => (
  <Dialog title="Keys" kind="wide">
    <dl className="keys">
      {commands.map(({ name, label, keys }) => (
        <div key={name}>
          <dt>{label}</dt>
          <dd>
            {keys.map((key) => (
              <kbd key={key}>{key === ' ' ? 'Space' : keyLabel(key)}</kbd>
            ))}
          </dd>
        </div>
      ))}
    </dl>
    <p className="note">
      Marks go to the picture that has the blue frame. Pressing a verdict again with the pointer takes it
      away.
    </p>
  </Dialog>
);
