import { useId } from 'react';
import { connection } from '../../app/connection';
import { info } from '../../app/info';
import { useStore } from '../../app/store';

const words = { ready: 'model ready', loading: 'model loading', failed: 'model failed', offline: 'offline' };

/** A dot with a word; what the model can do is one press away. */
export function ModelBadge() {
  const model = useStore(info, ({ value }) => value?.model);
  const online = useStore(connection.store, (state) => state.online);
  const id = useId();
  if (model === undefined && online) return null;
  const state = !online ? 'offline' : ((model?.state ?? 'loading') as keyof typeof words);
  const name = model?.id?.split('/').at(-1) ?? '';
  return (
    <div className="model">
      <button type="button" className="model-badge" popoverTarget={id}>
        <i className={`dot ${state}`} />
        <span>{state === 'ready' ? `${name} model` : words[state]}</span>
      </button>
      <div id={id} popover="auto" className="popover model-popover">
        <h2>{words[state]}</h2>
        {model && (
          <p>
            <b>{model.id ?? 'no model'}</b>
            {model.dimension !== null && ` · ${model.dimension} dimensions`}
          </p>
        )}
        {model?.notice && <p>{model.notice}</p>}
        {model?.reason && <p className="error-text">{model.reason}</p>}
        {state === 'offline' && <p>The server cannot be reached. This page tries again by itself.</p>}
        <p>
          <a href="/q/swagger-ui/">The API, with examples</a>
        </p>
      </div>
    </div>
  );
}
