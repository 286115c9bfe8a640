import { fireEvent } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pressed, type Command } from './command';
import { commands } from './commands';
import { listenToKeys } from './keyboard';

const perform = vi.fn();
const command = (keys: string[], enabled = true): Command => ({
  name: 'x',
  label: 'X',
  keys,
  enabled: () => enabled,
  perform,
});
let stop: () => void;

const listen = (...all: Command[]) => (stop = listenToKeys(all));

beforeEach(() => perform.mockReset());
afterEach(() => {
  stop();
  document.body.innerHTML = '';
});

describe('a key', () => {
  it('performs its command', () => {
    listen(command(['p']));
    fireEvent.keyDown(document.body, { key: 'p' });
    expect(perform).toHaveBeenCalledOnce();
  });

  it('does nothing while its command cannot be done', () => {
    listen(command(['p'], false));
    fireEvent.keyDown(document.body, { key: 'p' });
    expect(perform).not.toHaveBeenCalled();
  });

  it('is a letter when it is typed into a field', () => {
    listen(command(['p']));
    document.body.innerHTML = '<input>';
    fireEvent.keyDown(document.querySelector('input') ?? document, { key: 'p' });
    expect(perform).not.toHaveBeenCalled();
  });

  it('belongs to the browser together with Control', () => {
    listen(command(['p']));
    fireEvent.keyDown(document.body, { key: 'p', ctrlKey: true });
    expect(perform).not.toHaveBeenCalled();
  });

  it('Enter presses the button that has the focus and nothing else', () => {
    listen(command(['Enter']));
    document.body.innerHTML = '<button>b</button>';
    fireEvent.keyDown(document.querySelector('button') ?? document, { key: 'Enter' });
    expect(perform).not.toHaveBeenCalled();
  });

  it('is told apart from the same one with shift', () => {
    expect(pressed({ key: 'U', shiftKey: true })).toBe('Shift+U');
    expect(pressed({ key: 'U', shiftKey: false })).toBe('u');
    expect(pressed({ key: '?', shiftKey: true })).toBe('?');
  });
});

it('no key means two commands', () => {
  const keys = commands.flatMap((each) => each.keys);
  expect(new Set(keys).size).toBe(keys.length);
});
