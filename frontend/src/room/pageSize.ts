/** Whole rows, about fifteen pictures: enough to choose from, few enough to look at each. */
export function pageSize(columns: number): number {
  const rows = Math.max(2, Math.round(15 / columns));
  return columns * rows;
}

/** Columns of the grid as they are laid out now; five until there is one. */
export function columnsOf(grid: Element | null): number {
  if (grid === null) return 5;
  const tracks = getComputedStyle(grid)
    .gridTemplateColumns.split(' ')
    .filter((track) => track.endsWith('px'));
  return Math.max(1, tracks.length || 5);
}

export const shownColumns = (): number => columnsOf(document.querySelector('[data-grid]'));
