import { useRef, useState, type ChangeEvent, type ClipboardEvent, type KeyboardEvent } from 'react';
import { searchFor } from '../../app/controller';
import { handleError } from '../../app/errors';
import { useStore } from '../../app/store';
import { room } from '../../room/state';
import { Icon } from '../../ui/Icon/Icon';
import { keep } from '../dropped';
import { pictureIn, toBase64 } from '../picture';
import { flipped, parse } from '../term';
import { Chip } from './Chip';
import './SearchField.css';

export async function searchByPicture(file: Blob): Promise<void> {
  try {
    searchFor([keep(await toBase64(file))]);
  } catch (error) {
    handleError(error, 'search with this picture');
  }
}

export function SearchField() {
  const terms = useStore(room, (state) => state.terms);
  const [typed, setTyped] = useState('');
  const file = useRef<HTMLInputElement>(null);
  const input = useRef<HTMLInputElement>(null);

  const submit = () => {
    const all = [...terms, ...parse(typed)];
    setTyped('');
    if (all.length > 0) searchFor(all);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Backspace' && typed === '' && terms.length > 0) searchFor(terms.slice(0, -1));
    if (event.key === 'Escape') event.currentTarget.blur();
  };
  const onPaste = (event: ClipboardEvent) => {
    const picture = pictureIn(event.clipboardData);
    if (picture === null) return;
    event.preventDefault();
    void searchByPicture(picture);
  };
  const onChoose = (event: ChangeEvent<HTMLInputElement>) => {
    const picture = event.target.files?.[0];
    event.target.value = '';
    if (picture) void searchByPicture(picture);
  };

  return (
    <form
      className="search"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Icon name="search" />
      {terms.length > 0 && (
        <ul className="chips" aria-label="What is searched for">
          {terms.map((term, at) => (
            <Chip
              key={at}
              term={term}
              onFlip={() => searchFor(terms.map((each, i) => (i === at ? flipped(each) : each)))}
              onRemove={() => {
                searchFor(terms.filter((_, i) => i !== at));
                input.current?.focus();
              }}
            />
          ))}
        </ul>
      )}
      <div className="search-words">
        <input
          ref={input}
          data-search
          type="text"
          enterKeyHint="search"
          autoComplete="off"
          spellCheck="false"
          aria-label="Search by words; a leading minus subtracts"
          aria-keyshortcuts="/"
          placeholder={terms.length === 0 ? 'Words, or a picture…' : 'add words, or −words'}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
        />
        <button
          type="button"
          className="icon-button"
          aria-label="Search with a picture"
          onClick={() => file.current?.click()}
        >
          <Icon name="picture" />
        </button>
        <input ref={file} type="file" accept="image/*" hidden onChange={onChoose} />
        <button type="submit" className="primary">
          Search
        </button>
      </div>
    </form>
  );
}
