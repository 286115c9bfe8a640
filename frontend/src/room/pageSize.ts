/** Whole rows, about fifteen pictures: enough to choose from, few enough to look at each. */
export function pageSize(columns: number): number {
  const rows = Math.max(2, Math.round(15 / columns));
  return columns * rows;
}

/** Enough for every layout: a first answer is asked for before there is a grid, and cut to its rows when it comes. */
export const largestPage = 24;

/** Columns of the grid as they are laid out now; five until there is one. */
export function columnsOf(grid: Element | null): number {
  if (grid === null) return 5;
  const tracks = getComputedStyle(grid)
    .gridTemplateColumns.split(' ')
    .filter((track) => track.endsWith('px'));
  return Math.max(1, tracks.length || 5);
}

export const shownColumns = (): number => columnsOf(document.querySelector('[data-grid]'));

/** The nearest of them, in whole rows of the grid as it is laid out by now. */
export const onePage = <T>(hits: T[]): T[] => hits.slice(0, pageSize(shownColumns()));
