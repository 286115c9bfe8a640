import { openPicture } from '../../app/overlays';
import { useStore } from '../../app/store';
import { Badge } from '../Card/Badge';
import { nameOfHit, room } from '../state';
import { moreRanked, ranking } from './ranking';

const verdicts = { positive: true, negative: false, skipped: null };

/** The ranked list. Marks show as they were at this revision, or as they have been changed in this window since. */
export function Ranked({ dataset }: { dataset: string }) {
  const { hits, total } = useStore(ranking, (state) => state);
  const marks = useStore(room, (state) => state.marks);
  return (
    <>
      <ol className="ranked" aria-label="Results, most alike first">
        {hits.map((hit) => {
          const label = marks.get(hit.id)?.verdict ?? verdicts[hit.label ?? 'skipped'];
          const tone = label === true ? 'right' : label === false ? 'wrong' : '';
          const spoken = label === true ? ', right' : label === false ? ', wrong' : '';
          return (
            <li key={hit.id} className={`ranked-item ${tone}`}>
              <button
                type="button"
                aria-label={`${nameOfHit(hit)} ${hit.score.toFixed(2)}${spoken}`}
                onClick={() => openPicture(dataset, hit)}
              >
                <img src={hit.thumbnail} alt="" loading="lazy" />
                <Badge mark={label === null ? undefined : { verdict: label, revision: 0, saving: false }} />
                <span className="ranked-foot">
                  <span className="card-name">{nameOfHit(hit)}</span>{' '}
                  <span className="card-score">{hit.score.toFixed(2)}</span>
                </span>
              </button>
            </li>
          );
        })}
      </ol>
      {hits.length < total && (
        <button type="button" className="secondary wall-more" onClick={() => void moreRanked()}>
          Show more
        </button>
      )}
    </>
  );
}
