import { useEffect, useId, useRef, type ReactNode } from 'react';
import { closeOverlay } from '../../app/overlays';
import { Icon } from '../Icon/Icon';
import './Dialog.css';

interface Props {
  title: string;
  kind?: 'box' | 'wide' | 'drawer-left' | 'drawer-right';
  children: ReactNode;
}

/** A modal <dialog>: the browser keeps the focus inside, Escape closes, and the focus goes back where it was. */
export function Dialog({ title, kind = 'box', children }: Props) {
  const ref = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const dialog = ref.current;
    const before = document.activeElement;
    if (dialog && !dialog.open) dialog.showModal();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    // A click on the backdrop is a convenience beside Escape and the close button.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions
    <dialog
      ref={ref}
      className={`dialog ${kind}`}
      aria-labelledby={heading}
      onClose={closeOverlay}
      onClick={(event) => event.target === ref.current && closeOverlay()}
    >
      <div className="dialog-body">
        <div className="dialog-head">
          <h2 id={heading}>{title}</h2>
          <button type="button" className="icon-button" aria-label="Close" onClick={closeOverlay}>
            <Icon name="cross" />
          </button>
        </div>
        {children}
      </div>
    </dialog>
  );
}
