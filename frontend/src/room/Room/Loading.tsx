import { info } from '../../app/info';
import { useStore } from '../../app/store';
import { room } from '../state';
import './Loading.css';

/** Empty tiles where the pictures will be; says what it waits for when it is more than a moment. */
export function Loading() {
  const waiting = useStore(room, (state) => state.waiting);
  const modelLoading = useStore(info, ({ value }) => value?.model.state === 'loading');
  const title =
    waiting?.status === 0
      ? 'The server cannot be reached'
      : modelLoading
        ? 'The model is warming up'
        : 'The service is busy';
  return (
    <>
      {waiting && (
        <div className="waiting" role="status">
          <i className="spinner" />
          <div>
            <b>{title}</b>
            <p>
              {waiting.status === 0 ? 'Trying again until it is back.' : waiting.words} Your search starts by
              itself.
            </p>
          </div>
        </div>
      )}
      <div className="grid skeletons" data-grid aria-hidden="true">
        {Array.from({ length: 15 }, (_, at) => (
          <div key={at} className="skeleton" />
        ))}
      </div>
      {!waiting && (
        <p className="sr-only" role="status">
          Searching
        </p>
      )}
    </>
  );
}
