import { describe, expect, it } from 'vitest';
import { boundariesOf, pageScores, statusLine, unlearnt } from './rounds';
import type { Mark, Verdict } from './state';

const marks = (...list: [Verdict, number][]): Map<string, Mark> =>
  new Map(list.map(([verdict, revision], at) => [`${at}`, { verdict, revision, saving: false }]));

describe('pages of a concept', () => {
  const log = marks([true, 1], [false, 2], [null, 3], [true, 4], [true, 5], [null, 6], [true, 7]);

  it('end where pictures were skipped', () => {
    expect(boundariesOf(log, [])).toEqual([3, 6]);
  });

  it('also end where a round was learnt without skipping any', () => {
    expect(boundariesOf(log, [3, 7])).toEqual([3, 6, 7]);
  });

  it('have their own share of right ones', () => {
    expect(pageScores(log, [3, 6])).toEqual([
      { right: 1, wrong: 1 },
      { right: 2, wrong: 0 },
      { right: 1, wrong: 0 },
    ]);
  });

  it('tell what has not been learnt yet', () => {
    expect(unlearnt(log, [3, 6])).toBe(1);
  });

  it('count a mark that is still being saved on the open page', () => {
    expect(pageScores(marks([true, Infinity]), [3])).toEqual([
      { right: 0, wrong: 0 },
      { right: 1, wrong: 0 },
    ]);
  });
});

describe('the status line', () => {
  it('says how many it learnt from', () => {
    expect(statusLine(4, { positive: 10, negative: 6 })).toBe('Round 4 · learnt from 10 right and 6 wrong');
  });

  it('says so when nothing has been learnt', () => {
    expect(statusLine(1, null)).toContain('nothing learnt yet');
  });
});
