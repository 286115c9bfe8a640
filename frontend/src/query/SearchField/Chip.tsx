import { currentDataset } from '../../datasets/datasets';
import { thumbnailUrl } from '../../api/datasets';
import { Icon } from '../../ui/Icon/Icon';
import { dataUrl } from '../picture';
import { describe, type Term } from '../term';

interface Props {
  term: Term;
  onFlip: () => void;
  onRemove: () => void;
}

function pictureOf(term: Term): string | null {
  if (term.kind === 'drop') return dataUrl(term.base64);
  const dataset = currentDataset();
  return term.kind === 'like' && dataset ? thumbnailUrl(dataset.name, term.imageId) : null;
}

export function Chip({ term, onFlip, onRemove }: Props) {
  const minus = term.weight < 0;
  const words = describe(term);
  const picture = pictureOf(term);
  return (
    <li className={minus ? 'chip minus' : 'chip'}>
      <button
        type="button"
        className="chip-sign"
        aria-label={
          minus ? `Add ${words} instead of subtracting it` : `Subtract ${words} instead of adding it`
        }
        title={minus ? 'Subtracted. Press to add.' : 'Added. Press to subtract.'}
        onClick={onFlip}
      >
        <Icon name={minus ? 'minus' : 'plus'} size={14} />
      </button>
      {picture !== null && <img src={picture} alt="" width="24" height="24" />}
      <span className="chip-words">{words}</span>
      <button type="button" className="chip-remove" aria-label={`Remove ${words}`} onClick={onRemove}>
        <Icon name="cross" size={14} />
      </button>
    </li>
  );
}
