import { useRef, useState } from 'react';
import { announce } from '../../app/announce';
import { Icon } from '../../ui/Icon/Icon';
import { uploadAll, type Upload as Item } from './uploads';
import './Upload.css';

const words: Record<Item['status'], string> = {
  waiting: 'waiting',
  sending: 'sending',
  created: 'added',
  replaced: 'replaced',
  unchanged: 'already there',
  failed: 'failed',
};

export function Upload({ dataset, onDone }: { dataset: string; onDone: () => void }) {
  const [list, setList] = useState<Item[]>([]);
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const running = list.some(({ status }) => status === 'waiting' || status === 'sending');

  const send = async (files: FileList | null) => {
    if (files === null || files.length === 0 || running) return;
    await uploadAll(dataset, [...files], setList);
    announce('The upload has ended');
    onDone();
  };
  const failed = list.filter(({ status }) => status === 'failed').length;

  return (
    <section className="upload" aria-label="Add images">
      {/* Dropping is a convenience beside the button. */}
      {/* eslint-disable-next-line jsx-a11y/no-static-element-interactions */}
      <div
        className={over ? 'upload-zone over' : 'upload-zone'}
        data-drop="upload"
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          event.stopPropagation();
          setOver(false);
          void send(event.dataTransfer.files);
        }}
      >
        <Icon name="upload" size={22} />
        <span>Drop pictures here to add them to {dataset}, or</span>
        <button type="button" className="secondary" disabled={running} onClick={() => input.current?.click()}>
          choose files
        </button>
        <input
          ref={input}
          type="file"
          multiple
          accept="image/*"
          hidden
          data-upload
          onChange={(event) => {
            void send(event.target.files).then(() => {
              if (input.current) input.current.value = '';
            });
          }}
        />
      </div>
      {list.length > 0 && (
        <>
          <p className="note" role="status">
            {running
              ? `Sending ${list.length} files…`
              : `${list.length - failed} of ${list.length} files are in the dataset${failed > 0 ? `, ${failed} failed` : ''}.`}
          </p>
          <ul className="upload-list">
            {list.map(({ name, status, error }, at) => (
              <li key={at} className={status}>
                <span className="upload-name">{name}</span>
                <span className="upload-status">{words[status]}</span>
                {error !== '' && <span className="upload-error">{error}</span>}
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
