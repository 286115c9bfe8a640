import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import { FakeServer, hit } from '../../testing/fakeServer';
import { text } from '../../query/term';
import { room } from '../state';
import { Card } from './Card';

let server: FakeServer;

beforeEach(() => {
  server = new FakeServer();
  room.set({ hits: [hit('image1', 0.4567)], terms: [text('a')], phase: 'ready' });
});

const show = () => render(<Card hit={hit('image1', 0.4567)} at={0} focused />);
const button = (name: string) => screen.getByRole('button', { name });

describe('a card', () => {
  it('says its name, score and verdict', () => {
    room.set({ marks: new Map([['image1', { verdict: false, revision: 1, saving: false }]]) });
    show();
    expect(screen.getByRole('gridcell', { name: 'the image1 0.46, marked wrong' })).toBeTruthy();
  });

  it('is marked by a click, and unmarked by the same click', async () => {
    show();
    fireEvent.click(button('the image1 is right'));
    expect(button('the image1 is right').getAttribute('aria-pressed')).toBe('true');
    await waitFor(() => expect(server.marks.get('image1')?.positive).toBe(true));
    fireEvent.click(button('the image1 is right'));
    await waitFor(() => expect(server.marks.has('image1')).toBe(false));
  });

  it('tells right and wrong apart by shape', () => {
    const { container } = show();
    fireEvent.click(button('the image1 is right'));
    const tick = container.querySelector('.badge path')?.getAttribute('d');
    fireEvent.click(button('the image1 is wrong'));
    expect(container.querySelector('.badge path')?.getAttribute('d')).not.toBe(tick);
  });

  it('starts a search for more like it', () => {
    show();
    fireEvent.click(button('More like the image1'));
    expect(location.pathname + location.search).toBe('/explore/demo?like=image1');
  });

  it('lets only the focused card take part in the tab order', () => {
    const { container } = render(<Card hit={hit('image2')} at={1} focused={false} />);
    expect(container.querySelectorAll('[tabindex="0"]')).toHaveLength(0);
  });
});
