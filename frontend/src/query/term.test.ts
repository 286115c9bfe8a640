import { describe, expect, it } from 'vitest';
import { flipped, fromApi, like, nameOf, parse, sameTerms, text, toApi } from './term';

describe('typed words', () => {
  it('are one term, as they stand', () => {
    expect(parse('  red heart ')).toEqual([text('red heart')]);
  });

  it('become several at commas, and subtract after a minus', () => {
    expect(parse('instruments, -microphone, −radio')).toEqual([
      text('instruments'),
      text('microphone', -1),
      text('radio', -1),
    ]);
  });

  it('are nothing when there is nothing to search for', () => {
    expect(parse(' , - ,')).toEqual([]);
  });
});

describe('a term', () => {
  it('comes back from the API as it went', () => {
    const terms = [text('a'), text('b', -1), like('noto/1')];
    expect(sameTerms(terms.map(toApi).map(fromApi), terms)).toBe(true);
  });

  it('with a weight that chips do not know is kept as it is', () => {
    expect(toApi(fromApi({ text: 'a', weight: 0.5 }))).toEqual({ text: 'a', weight: 0.5 });
    expect(toApi(flipped(fromApi({ text: 'a', weight: 0.5 })))).toEqual({ text: 'a', weight: -0.5 });
  });

  it('names a concept together with the others', () => {
    expect(nameOf([text('instruments'), text('microphone', -1)])).toBe('instruments without microphone');
  });
});
