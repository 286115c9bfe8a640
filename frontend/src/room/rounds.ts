import type { LearnedFrom } from '../api/types';
import type { Mark } from './state';

export interface PageScore {
  right: number;
  wrong: number;
}

type Marks = ReadonlyMap<string, Mark>;

/**
 * A boundary is a revision at which a page was closed: everything marked up to it belongs to that page or an
 * earlier one. Each round closes one, and so does a page on which all was skipped and nothing learnt.
 */
export function boundariesOf(marks: Marks, rounds: readonly number[]): number[] {
  const skips = [...marks.values()].filter(({ verdict }) => verdict === null).map(({ revision }) => revision);
  return [...new Set([...rounds, ...skips])].filter(Number.isFinite).sort((a, b) => a - b);
}

/** Right and wrong, page by page, the open page last. */
export function pageScores(marks: Marks, boundaries: readonly number[]): PageScore[] {
  const pages: PageScore[] = Array.from({ length: boundaries.length + 1 }, () => ({ right: 0, wrong: 0 }));
  for (const { verdict, revision } of marks.values()) {
    if (verdict === null) continue;
    const at = boundaries.findIndex((boundary) => revision <= boundary);
    const page = pages[at === -1 ? boundaries.length : at];
    if (page) page[verdict ? 'right' : 'wrong'] += 1;
  }
  return pages;
}

/** Verdicts that no round has learnt yet. */
export const unlearnt = (marks: Marks, boundaries: readonly number[]): number => {
  const last = boundaries.at(-1) ?? -1;
  return [...marks.values()].filter(({ verdict, revision }) => verdict !== null && revision > last).length;
};

export function statusLine(page: number, learnt: LearnedFrom | null): string {
  if (learnt === null || learnt.positive + learnt.negative === 0) {
    return `Round ${page} · nearest to your query, nothing learnt yet`;
  }
  return `Round ${page} · learnt from ${learnt.positive} right and ${learnt.negative} wrong`;
}
