import { thumbnailUrl } from '../../api/datasets';
import { openPicture } from '../../app/overlays';
import { nameOfHit, room } from '../state';

const shown = 40;

interface Props {
  ids: string[];
  dataset: string;
  verdict: boolean;
}

/** Marked pictures, newest first; one opens with its verdict, where it can be changed. */
export function Thumbs({ ids, dataset, verdict }: Props) {
  if (ids.length === 0) return <p className="note">None yet.</p>;
  const hits = new Map(room.get().hits.map((hit) => [hit.id, hit]));
  return (
    <ul className={`thumbs ${verdict ? 'right' : 'wrong'}`}>
      {ids.slice(0, shown).map((id) => {
        const hit = hits.get(id) ?? { id };
        return (
          <li key={id}>
            <button
              type="button"
              aria-label={`Show ${nameOfHit(hit)}`}
              onClick={() => openPicture(dataset, hit)}
            >
              <img
                src={hits.get(id)?.thumbnail ?? thumbnailUrl(dataset, id)}
                alt=""
                loading="lazy"
                width="40"
                height="40"
              />
            </button>
          </li>
        );
      })}
      {ids.length > shown && <li className="thumbs-more">and {ids.length - shown} more</li>}
    </ul>
  );
}
