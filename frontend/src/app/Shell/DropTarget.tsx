import { useEffect, useState } from 'react';
import { searchByPicture } from '../../query/SearchField/SearchField';
import { pictureIn } from '../../query/picture';
import { Icon } from '../../ui/Icon/Icon';
import { notify } from '../notices';

const carriesFile = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;
const elsewhere = (event: DragEvent): boolean =>
  event.target instanceof Element && event.target.closest('[data-drop]') !== null;

/** The whole window takes a picture; places with `data-drop` take theirs themselves. */
export function DropTarget() {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const stop = new AbortController();
    const on = (name: 'dragover' | 'dragleave' | 'drop', handle: (event: DragEvent) => void) =>
      addEventListener(name, handle, { signal: stop.signal });
    on('dragover', (event) => {
      if (!carriesFile(event)) return;
      event.preventDefault();
      setOver(!elsewhere(event));
    });
    on('dragleave', (event) => {
      if (event.relatedTarget === null) setOver(false);
    });
    on('drop', (event) => {
      setOver(false);
      if (!carriesFile(event) || elsewhere(event)) return;
      event.preventDefault();
      const picture = pictureIn(event.dataTransfer);
      if (picture) void searchByPicture(picture);
      else
        notify({
          key: 'drop',
          tone: 'info',
          text: 'That is not a picture. Drop an image file to search with it.',
        });
    });
    return () => stop.abort();
  }, []);
  if (!over) return null;
  return (
    <div className="drop-target" aria-hidden="true">
      <div>
        <Icon name="picture" size={40} />
        <b>Drop to search for pictures like this</b>
      </div>
    </div>
  );
}
