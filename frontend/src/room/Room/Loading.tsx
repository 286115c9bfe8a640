import { info, loadingWords } from '../../app/info';
import { useStore } from '../../app/store';
import { room } from '../state';
import './Loading.css';

/** Empty tiles where the pictures will be; says what it waits for when it is more than a moment. */
export function Loading() {
  const waiting = useStore(room, (state) => state.waiting);
  const model = useStore(info, ({ value }) => value?.model);
  const modelLoading = model?.state === 'loading';
  const title =
    waiting?.status === 0
      ? 'The server cannot be reached'
      : modelLoading
        ? model.download
          ? 'The model is on its way'
          : 'The model is warming up'
        : 'The service is busy';
  // The service's own words are as old as the last try; what is known of the model is of this second.
  const words =
    waiting?.status === 0
      ? 'Trying again until it is back.'
      : modelLoading
        ? loadingWords(model)
        : waiting?.words;
  return (
    <>
      {waiting && (
        <div className="waiting" role="status">
          <i className="spinner" />
          <div>
            <b>{title}</b>
            <p>{words} Your search starts by itself.</p>
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
