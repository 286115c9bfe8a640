import { render, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { PageChart, pointsOf } from './PageChart';

describe('the chart of pages', () => {
  it('says its numbers in words', () => {
    render(
      <PageChart
        pages={[
          { right: 3, wrong: 2 },
          { right: 4, wrong: 0 },
        ]}
      />,
    );
    expect(
      screen.getByRole('img', { name: 'Right on each page. page 1: 3 of 5, page 2: 4 of 4' }),
    ).toBeTruthy();
  });

  it('leaves out pages without a mark instead of drawing them as zero', () => {
    expect(
      pointsOf([
        { right: 1, wrong: 1 },
        { right: 0, wrong: 0 },
      ]).map(({ page }) => page),
    ).toEqual([1]);
  });

  it('shows the newest pages when there are many', () => {
    const points = pointsOf(Array.from({ length: 40 }, () => ({ right: 1, wrong: 0 })));
    expect(points.at(-1)?.page).toBe(40);
    expect(points.length).toBeLessThan(40);
  });
});
