import type { SearchRequest } from '../api/types';

/** A part of a query; `key` names a dropped picture in this tab's memory. */
export type Term = { weight: 1 | -1 } & (
  | { kind: 'text'; text: string }
  | { kind: 'like'; imageId: string }
  | { kind: 'drop'; key: string; base64: string }
  | { kind: 'other'; api: ApiTerm }
);

export type ApiTerm = Extract<SearchRequest['query'], unknown[]>[number];

export const text = (words: string, weight: 1 | -1 = 1): Term => ({ kind: 'text', text: words, weight });
export const like = (imageId: string, weight: 1 | -1 = 1): Term => ({ kind: 'like', imageId, weight });

/** Typed words as terms: a comma separates, a leading minus subtracts. */
export function parse(input: string): Term[] {
  return input
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '' && part !== '-' && part !== '−')
    .map((part) => (/^[-−]/.test(part) ? text(part.slice(1).trim(), -1) : text(part)));
}

export function toApi(term: Term): ApiTerm {
  switch (term.kind) {
    case 'text':
      return { text: term.text, weight: term.weight };
    case 'like':
      return { imageId: term.imageId, weight: term.weight };
    case 'drop':
      return { image: { base64: term.base64 }, weight: term.weight };
    case 'other':
      return term.api;
  }
}

export function fromApi(api: ApiTerm): Term {
  const weight = (api.weight ?? 1) < 0 ? -1 : 1;
  // A weight other than one is kept as it is: chips only know plus and minus.
  const plain = Math.abs(api.weight ?? 1) === 1;
  if (plain && typeof api.text === 'string') return text(api.text, weight);
  if (plain && typeof api.imageId === 'string') return like(api.imageId, weight);
  return { kind: 'other', api, weight };
}

export function describe(term: Term): string {
  switch (term.kind) {
    case 'text':
      return term.text;
    case 'like':
      return 'like this picture';
    case 'drop':
      return 'your picture';
    case 'other':
      return (
        term.api.text ??
        (term.api.imageId != null ? 'like a picture' : term.api.session != null ? 'a concept' : 'a picture')
      );
  }
}

/** A name for a new concept, from the query that starts it. */
export function nameOf(terms: readonly Term[]): string {
  const plus = terms.filter(({ weight }) => weight > 0).map(describe);
  const minus = terms.filter(({ weight }) => weight < 0).map(describe);
  const name = [plus.join(', '), minus.length > 0 ? `without ${minus.join(', ')}` : '']
    .filter(Boolean)
    .join(' ');
  return name.slice(0, 120);
}

export const flipped = (term: Term): Term =>
  term.kind === 'other'
    ? { ...term, weight: term.weight === 1 ? -1 : 1, api: { ...term.api, weight: -(term.api.weight ?? 1) } }
    : { ...term, weight: term.weight === 1 ? -1 : 1 };

export const sameTerms = (a: readonly Term[], b: readonly Term[]): boolean =>
  JSON.stringify(a.map(toApi)) === JSON.stringify(b.map(toApi));
