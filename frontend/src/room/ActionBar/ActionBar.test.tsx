import { render, screen } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import { Problem } from '../../api/problem';
import { FakeServer, hit } from '../../testing/fakeServer';
import { saves } from '../saves';
import { room, type Mark, type Verdict } from '../state';
import { ActionBar } from './ActionBar';

const mark = (verdict: Verdict, revision: number): Mark => ({ verdict, revision, saving: false });

beforeEach(() => {
  saves.set({ pending: 0 });
  room.set({ phase: 'ready', hits: ['a', 'b', 'c', 'd'].map((id) => hit(id)), total: 100 });
});

const teach = () =>
  room.set({
    session: new FakeServer().session(),
    marks: new Map([
      ['a', mark(true, 1)],
      ['b', mark(false, 2)],
    ]),
  });

describe('the bar', () => {
  it('invites to mark while nothing is marked', () => {
    render(<ActionBar />);
    expect(screen.getByRole('region').textContent).toContain('Mark what is right and what is wrong');
    expect(screen.getByRole('button', { name: /Show more/ })).toBeTruthy();
  });

  it('counts the marks of the page and offers to learn', () => {
    teach();
    render(<ActionBar />);
    expect(screen.getByLabelText('1 right')).toBeTruthy();
    expect(screen.getByText('2 unmarked')).toBeTruthy();
    expect(screen.getByRole('button', { name: /Learn and show the next page/ })).toBeTruthy();
  });

  it('does not promise to learn when there is nothing new to learn from', () => {
    teach();
    room.set({ boundaries: [5] });
    render(<ActionBar />);
    expect(screen.getByRole('button', { name: /Show the next page/ })).toBeTruthy();
  });

  it('says how many marks are not saved yet', () => {
    teach();
    saves.set({ pending: 3 });
    room.set({ waiting: new Problem(0, 'offline') });
    render(<ActionBar />);
    expect(screen.getByText('3 not saved yet, trying again')).toBeTruthy();
  });
});
