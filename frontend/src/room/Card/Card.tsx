import { memo, useState } from 'react';
import { openPicture } from '../../app/overlays';
import { useStore } from '../../app/store';
import type { Hit } from '../../api/types';
import { searchLike } from '../../commands/commands';
import { Icon } from '../../ui/Icon/Icon';
import { toggle } from '../marking';
import { nameOfHit, room } from '../state';
import { Badge } from './Badge';
import './Card.css';

interface Props {
  hit: Hit;
  at: number;
  focused: boolean;
}

const spoken = (verdict: boolean | null | undefined): string =>
  verdict === true ? ', marked right' : verdict === false ? ', marked wrong' : '';

/** Up to this natural width a picture is a drawing or an icon, and gets air around it. */
const smallPx = 160;

export const Card = memo(function Card({ hit, at, focused }: Props) {
  const mark = useStore(room, ({ marks }) => marks.get(hit.id));
  const [loaded, setLoaded] = useState<'no' | 'small' | 'large' | 'broken'>('no');
  const verdict = mark?.verdict;
  const name = nameOfHit(hit);
  const tabIndex = focused ? 0 : -1;
  const tone = verdict === true ? 'right' : verdict === false ? 'wrong' : '';
  const show = () => openPicture(room.get().dataset ?? '', hit);

  return (
    <div
      className={`card ${tone} ${focused ? 'current' : ''}`}
      role="gridcell"
      tabIndex={tabIndex}
      data-cell={at}
      data-id={hit.id}
      aria-label={`${name} ${hit.score.toFixed(2)}${spoken(verdict)}`}
      onFocus={() => focused || room.set({ focus: at })}
    >
      <div className={`card-picture ${loaded}`}>
        {/* The key for this is "i"; the button below is the same for a pointer that cannot hover. */}
        <button
          type="button"
          className="card-open"
          tabIndex={tabIndex}
          aria-label={`Show ${name}`}
          onClick={show}
        >
          {loaded === 'broken' ? (
            <Icon name="picture" size={28} />
          ) : (
            <img
              src={hit.thumbnail}
              alt=""
              decoding="async"
              draggable={false}
              onLoad={({ currentTarget }) =>
                setLoaded(currentTarget.naturalWidth <= smallPx ? 'small' : 'large')
              }
              onError={() => setLoaded('broken')}
            />
          )}
        </button>
        <Badge mark={mark} />
        <button
          type="button"
          className="card-like"
          tabIndex={tabIndex}
          aria-label={`More like ${name}`}
          title="More like this (m)"
          onClick={() => searchLike(hit.id)}
        >
          <Icon name="similar" size={16} />
        </button>
      </div>
      <div className="card-foot">
        <span className="card-name" title={name}>
          {name}
        </span>{' '}
        <span className="card-score" title={`cosine similarity ${hit.score.toFixed(4)}`}>
          {hit.score.toFixed(2)}
        </span>
      </div>
      <div className="verdicts">
        <button
          type="button"
          className="verdict wrong"
          tabIndex={tabIndex}
          aria-pressed={verdict === false}
          aria-label={`${name} is wrong`}
          onClick={() => void toggle(hit, false)}
        >
          <Icon name="cross" />
          <i className="key-hint" data-key="n" aria-hidden="true" />
        </button>
        <button
          type="button"
          className="verdict right"
          tabIndex={tabIndex}
          aria-pressed={verdict === true}
          aria-label={`${name} is right`}
          onClick={() => void toggle(hit, true)}
        >
          <Icon name="check" />
          <i className="key-hint" data-key="p" aria-hidden="true" />
        </button>
      </div>
    </div>
  );
});
