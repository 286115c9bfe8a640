import type { Term } from './term';

/**
 * Dropped pictures, by a short key that an address can hold. This tab only: nothing of a picture is in the address,
 * and a reload finds it again as long as the browser lets us keep it.
 */
const memory = new Map<string, string>();
const keptName = (key: string): string => `vde.drop.${key}`;

export function keep(base64: string): Term {
  const key = crypto.randomUUID().slice(0, 8);
  memory.set(key, base64);
  try {
    sessionStorage.setItem(keptName(key), base64);
  } catch {
    // Too large or not allowed: a reload will ask for the picture again.
  }
  return { kind: 'drop', key, base64, weight: 1 };
}

export function recall(key: string, weight: 1 | -1): Term | null {
  const base64 = memory.get(key) ?? sessionStorage.getItem(keptName(key));
  return base64 === null ? null : { kind: 'drop', key, base64, weight };
}
