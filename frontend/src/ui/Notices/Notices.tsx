import { announcements } from '../../app/announce';
import { dismiss, notices } from '../../app/notices';
import { useStore } from '../../app/store';
import { Icon } from '../Icon/Icon';
import './Notices.css';

export function Notices() {
  const items = useStore(notices, (state) => state.items);
  return (
    <div className="notices" role="region" aria-label="Messages">
      {items.map(({ key, tone, text, action }) => (
        <div key={key} className={`notice ${tone}`} role={tone === 'error' ? 'alert' : 'status'}>
          <p>{text}</p>
          {action && (
            <button
              type="button"
              className="quiet"
              onClick={() => {
                dismiss(key);
                action.perform();
              }}
            >
              {action.label}
            </button>
          )}
          <button type="button" className="icon-button" aria-label="Dismiss" onClick={() => dismiss(key)}>
            <Icon name="cross" size={16} />
          </button>
        </div>
      ))}
    </div>
  );
}

/** Two regions in turn, so that the same sentence twice is said twice. */
export function Announcer() {
  const { text, count } = useStore(announcements, (state) => state);
  return (
    <>
      <p className="sr-only" role="status">
        {count % 2 === 0 ? text : ''}
      </p>
      <p className="sr-only" role="status">
        {count % 2 === 1 ? text : ''}
      </p>
    </>
  );
}
