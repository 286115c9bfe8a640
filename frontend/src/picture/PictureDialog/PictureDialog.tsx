import { useEffect, useState } from 'react';
import { fileUrl, getPicture } from '../../api/datasets';
import { asProblem } from '../../api/problem';
import type { Picture } from '../../api/types';
import { closeOverlay, type ShownPicture } from '../../app/overlays';
import { router } from '../../app/router';
import { useStore } from '../../app/store';
import { searchLike } from '../../commands/commands';
import { toggle } from '../../room/marking';
import { nameOfHit, room } from '../../room/state';
import { Dialog } from '../../ui/Dialog/Dialog';
import { Icon } from '../../ui/Icon/Icon';
import { Facts } from './Facts';
import './PictureDialog.css';

interface Props {
  dataset: string;
  hit: ShownPicture;
}

export function PictureDialog({ dataset, hit }: Props) {
  const [picture, setPicture] = useState<Picture | null>(null);
  const [trouble, setTrouble] = useState('');
  const verdict = useStore(room, ({ marks }) => marks.get(hit.id)?.verdict);
  const canMark = useStore(room, (state) => state.phase === 'ready' && state.dataset === dataset);
  const onDatasetPage = useStore(router, ({ route }) => route.page === 'dataset');
  useEffect(() => {
    const stop = new AbortController();
    getPicture(dataset, hit.id, stop.signal).then(setPicture, (error: unknown) =>
      setTrouble(asProblem(error)?.words ?? ''),
    );
    return () => stop.abort();
  }, [dataset, hit.id]);
  const shown = picture ?? hit;
  const name = nameOfHit(shown);
  const markable = { id: hit.id, metadata: (shown.metadata ?? {}) as Picture['metadata'] };

  return (
    <Dialog title={name} kind="wide">
      <div className="picture">
        <div className="picture-frame">
          <img src={fileUrl(dataset, hit.id)} alt={name} />
        </div>
        <div className="picture-side">
          {trouble !== '' && (
            <p className="error-text" role="alert">
              {trouble}
            </p>
          )}
          {canMark && !onDatasetPage && (
            <div className="picture-verdicts" role="group" aria-label="Your verdict">
              <button
                type="button"
                className="verdict wrong"
                aria-pressed={verdict === false}
                onClick={() => void toggle(markable, false)}
              >
                <Icon name="cross" /> Wrong
              </button>
              <button
                type="button"
                className="verdict right"
                aria-pressed={verdict === true}
                onClick={() => void toggle(markable, true)}
              >
                <Icon name="check" /> Right
              </button>
            </div>
          )}
          <Facts id={hit.id} picture={picture} metadata={shown.metadata} />
          <div className="picture-actions">
            <button
              type="button"
              className="secondary"
              onClick={() => {
                closeOverlay();
                searchLike(hit.id);
              }}
            >
              <Icon name="similar" /> More like this
            </button>
            <a className="quiet" href={fileUrl(dataset, hit.id)} target="_blank" rel="noreferrer">
              Open the original
            </a>
          </div>
        </div>
      </div>
    </Dialog>
  );
}
