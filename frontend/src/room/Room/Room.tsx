import { retryRoom } from '../../app/controller';
import { useStore } from '../../app/store';
import { Home } from '../../datasets/Home/Home';
import { Blank } from '../../ui/Blank/Blank';
import { Grid } from '../Grid/Grid';
import { Heading } from '../Heading/Heading';
import { room } from '../state';
import { Gone, ModelFailed, NothingLeft } from './Ends';
import { Loading } from './Loading';
import { info } from '../../app/info';

/** The room where pictures are searched, marked and learnt from. */
export function Room() {
  const phase = useStore(room, (state) => state.phase);
  const problem = useStore(room, (state) => state.problem);
  const empty = useStore(room, (state) => state.hits.length === 0);
  const modelFailed = useStore(info, ({ value }) => value?.model.state === 'failed');
  if (phase === 'idle') return <Home />;
  if (phase === 'gone') return <Gone />;
  return (
    <>
      <Heading />
      {phase === 'loading' && (modelFailed ? <ModelFailed /> : <Loading />)}
      {phase === 'failed' &&
        (modelFailed ? (
          <ModelFailed />
        ) : (
          <Blank
            icon={problem?.status === 0 ? 'cloud' : 'cross'}
            tone="error"
            title={
              problem?.status === 0 ? 'The server cannot be reached' : (problem?.title ?? 'That did not work')
            }
            action={{ label: 'Try again', perform: retryRoom }}
          >
            <p>
              {problem?.status === 0 ? 'Is it still running? Nothing you marked is lost.' : problem?.words}
            </p>
          </Blank>
        ))}
      {phase === 'ready' && (empty ? <NothingLeft /> : <Grid label="Pictures, nearest first" />)}
    </>
  );
}
