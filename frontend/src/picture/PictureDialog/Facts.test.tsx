import { render, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { Facts, safeLink } from './Facts';

const picture = (url: string | null) => ({
  id: 'x',
  url,
  thumbnail: '',
  file: '',
  width: 128,
  height: 96,
  metadata: {},
});

describe('the facts of a picture', () => {
  it('list every field, lists with commas', () => {
    render(
      <Facts
        id="x"
        picture={picture(null)}
        metadata={{ label: 'violin', tags: ['a', 'b'], year: 0, old: false }}
      />,
    );
    for (const value of ['violin', 'a, b', '0', 'false', '128 × 96'])
      expect(screen.getByText(value)).toBeTruthy();
  });

  it('link an address of the web', () => {
    render(<Facts id="x" picture={picture('https://example.org/a.png')} metadata={{}} />);
    expect(screen.getByRole('link').getAttribute('href')).toBe('https://example.org/a.png');
  });

  it.each(['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'not an address'])(
    'do not link %s',
    (url) => {
      render(<Facts id="x" picture={picture(url)} metadata={{ home: url }} />);
      expect(screen.queryByRole('link')).toBeNull();
      expect(safeLink(url)).toBeNull();
    },
  );
});
