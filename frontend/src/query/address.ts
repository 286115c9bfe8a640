import { recall } from './dropped';
import { like, text, type Term } from './term';

const names = {
  text: ['q', 'not'],
  like: ['like', 'unlike'],
  drop: ['drop', 'undrop'],
} as const;

/** Terms as the query part of an address, in their order. */
export function toParams(terms: readonly Term[]): URLSearchParams {
  const params = new URLSearchParams();
  for (const term of terms) {
    if (term.kind === 'other') continue;
    const value = term.kind === 'text' ? term.text : term.kind === 'like' ? term.imageId : term.key;
    params.append(names[term.kind][term.weight === 1 ? 0 : 1], value);
  }
  return params;
}

/** `lost` counts dropped pictures that this tab no longer has. */
export function fromParams(params: URLSearchParams): { terms: Term[]; lost: number } {
  const terms: Term[] = [];
  let lost = 0;
  for (const [name, value] of params) {
    const weight = name.startsWith('un') || name === 'not' ? -1 : 1;
    if (name === 'q' || name === 'not') terms.push(text(value, weight));
    else if (name === 'like' || name === 'unlike') terms.push(like(value, weight));
    else if (name === 'drop' || name === 'undrop') {
      const term = recall(value, weight);
      if (term) terms.push(term);
      else lost++;
    }
  }
  return { terms, lost };
}
