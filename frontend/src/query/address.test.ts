import { describe, expect, it } from 'vitest';
import { fromParams, toParams } from './address';
import { keep } from './dropped';
import { like, text } from './term';

describe('the address of a search', () => {
  it('holds words and pictures in their order', () => {
    const terms = [text('red & green'), like('noto/a b', -1), text('x', -1)];
    const params = toParams(terms);
    expect(params.toString()).toBe('q=red+%26+green&unlike=noto%2Fa+b&not=x');
    expect(fromParams(params)).toEqual({ terms, lost: 0 });
  });

  it('holds only a key for a dropped picture, and says when this tab no longer has it', () => {
    const params = toParams([keep('iVBORw')]);
    expect(params.toString()).not.toContain('iVBOR');
    expect(fromParams(params).terms).toHaveLength(1);
    expect(fromParams(new URLSearchParams('drop=gone'))).toEqual({ terms: [], lost: 1 });
  });
});
