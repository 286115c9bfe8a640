import { useStore } from '../../app/store';
import { pageScores } from '../rounds';
import { marked, room } from '../state';
import { PageChart } from './PageChart';
import { Thumbs } from './Thumbs';
import './Learnt.css';

/** The right column: what was marked, and how the pages got better. */
export function Learnt() {
  const { marks, boundaries, dataset, session } = useStore(room, (state) => state);
  const right = marked(marks, true);
  const wrong = marked(marks, false);
  if (right.length + wrong.length === 0) return <HowItWorks taught={session !== null} />;
  return (
    <>
      <section className="panel">
        <h2>Right on each page</h2>
        <PageChart pages={pageScores(marks, boundaries)} />
        <p className="note">The share of right ones among those you marked, page by page.</p>
      </section>
      <section className="panel">
        <h2 className="right-text">Right · {right.length}</h2>
        <Thumbs ids={right} dataset={dataset ?? ''} verdict />
        <h2 className="wrong-text">Wrong · {wrong.length}</h2>
        <Thumbs ids={wrong} dataset={dataset ?? ''} verdict={false} />
      </section>
    </>
  );
}

const HowItWorks = ({ taught }: { taught: boolean }) => (
  <section className="panel">
    <h2>{taught ? 'Nothing marked yet' : 'Teach it what you mean'}</h2>
    <ol className="steps">
      <li>
        <b>Mark</b> a few pictures right and a few wrong. Each mark is saved at once.
      </li>
      <li>
        <b>Next page</b>: it learns, and shows the most similar ones you have not seen.
      </li>
      <li>
        <b>Results</b>: after a few pages it ranks the whole dataset. Export it, or use the classifier.
      </li>
    </ol>
  </section>
);
