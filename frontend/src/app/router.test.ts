import { describe, expect, it } from 'vitest';
import { address, routeOf } from './router';

const at = (path: string) => routeOf(new URL(path, 'http://localhost'));

describe('an address', () => {
  it.each([
    [address.search(null), 'search'],
    [address.search('demo', new URLSearchParams('q=a')), 'search'],
    [address.session('01J'), 'session'],
    [address.results('01J'), 'results'],
    [address.dataset('demo'), 'dataset'],
    ['/concepts', 'unknown'],
    ['/nothing/here', 'unknown'],
    ['/concepts/1/results/2', 'unknown'],
  ])('%s is the page "%s"', (path, page) => {
    expect(at(path).page).toBe(page);
  });

  it('keeps ids whole that need encoding', () => {
    expect(at(address.session('a/b?c'))).toEqual({ page: 'session', id: 'a/b?c' });
  });

  it('with broken encoding does no harm', () => {
    expect(at('/concepts/%E0%A4%A')).toMatchObject({ page: 'session' });
  });
});
