import { fireEvent, render, screen } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import { room } from '../../room/state';
import { FakeServer } from '../../testing/fakeServer';
import { text } from '../term';
import { SearchField } from './SearchField';

const field = () => screen.getByRole('textbox');
const type = (value: string) => fireEvent.change(field(), { target: { value } });
const submit = () => fireEvent.submit(screen.getByRole('search'));
const here = () => location.pathname + location.search;

beforeEach(() => {
  new FakeServer();
  render(<SearchField />);
});

describe('the search field', () => {
  it('searches for the words', () => {
    type('red heart');
    submit();
    expect(here()).toBe('/explore/demo?q=red+heart');
  });

  it('subtracts what has a minus', () => {
    type('instruments, -microphone');
    submit();
    expect(here()).toBe('/explore/demo?q=instruments&not=microphone');
  });

  it('does nothing without words', () => {
    submit();
    expect(here()).toBe('/');
  });
});

describe('a chip', () => {
  beforeEach(() => {
    room.set({ terms: [text('a'), text('b')] });
  });

  it('turns from plus to minus', async () => {
    fireEvent.click(await screen.findByRole('button', { name: 'Subtract b instead of adding it' }));
    expect(here()).toBe('/explore/demo?q=a&not=b');
  });

  it('is taken away by its cross, or by Backspace in the empty field', async () => {
    fireEvent.click(await screen.findByRole('button', { name: 'Remove a' }));
    expect(here()).toBe('/explore/demo?q=b');
    fireEvent.keyDown(field(), { key: 'Backspace' });
    expect(here()).toBe('/explore/demo?q=a');
  });
});
