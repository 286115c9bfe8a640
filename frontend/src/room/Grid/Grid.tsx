import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useStore } from '../../app/store';
import { Card } from '../Card/Card';
import { columnsOf } from '../pageSize';
import { changing, room } from '../state';
import './Grid.css';

/** Rows for assistive technology follow the columns that the layout has chosen. */
export function Grid({ label }: { label: string }) {
  const hits = useStore(room, (state) => state.hits);
  const focus = useStore(room, (state) => state.focus);
  const busy = useStore(room, (state) => state.busy);
  const ref = useRef<HTMLDivElement>(null);
  const [columns, setColumns] = useState(5);

  useLayoutEffect(() => {
    const grid = ref.current;
    if (grid === null) return;
    const measure = () => setColumns(columnsOf(grid));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(grid);
    return () => observer.disconnect();
  }, []);

  // A new page keeps the keyboard where it was: in the grid, on the focused picture.
  const first = hits[0]?.id;
  const hadFocus = useRef(false);
  useEffect(() => {
    if (hadFocus.current)
      ref.current?.querySelector<HTMLElement>(`[data-cell="${room.get().focus}"]`)?.focus();
  }, [first]);

  const rows = Array.from({ length: Math.ceil(hits.length / columns) }, (_, row) => row);
  return (
    <div
      ref={ref}
      data-grid
      className="grid"
      role="grid"
      aria-label={label}
      aria-busy={changing({ busy })}
      onFocus={() => (hadFocus.current = true)}
      onBlur={(event) => {
        // A cell that is replaced loses the focus to nowhere; that is not leaving.
        if (event.relatedTarget !== null && !event.currentTarget.contains(event.relatedTarget))
          hadFocus.current = false;
      }}
    >
      {rows.map((row) => (
        <div key={row} role="row" className="grid-row">
          {hits.slice(row * columns, (row + 1) * columns).map((hit, column) => {
            const at = row * columns + column;
            return <Card key={hit.id} hit={hit} at={at} focused={at === focus} />;
          })}
        </div>
      ))}
    </div>
  );
}
