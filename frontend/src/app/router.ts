import { createStore } from './store';

export type Route =
  | { page: 'search'; dataset: string | null; params: URLSearchParams }
  | { page: 'session'; id: string }
  | { page: 'results'; id: string }
  | { page: 'dataset'; name: string }
  | { page: 'unknown' };

/** Pages have names of their own: /sessions, /search and /datasets are the API's. */
export function routeOf(url: { pathname: string; search: string }): Route {
  const [first, second, third, ...rest] = url.pathname.split('/').filter(Boolean).map(decode);
  const params = new URLSearchParams(url.search);
  if (first === undefined) return { page: 'search', dataset: null, params };
  if (second === undefined || rest.length > 0) return { page: 'unknown' };
  if (first === 'concepts' && third === 'results') return { page: 'results', id: second };
  if (third !== undefined) return { page: 'unknown' };
  if (first === 'explore') return { page: 'search', dataset: second, params };
  if (first === 'concepts') return { page: 'session', id: second };
  if (first === 'browse') return { page: 'dataset', name: second };
  return { page: 'unknown' };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export const address = {
  search: (dataset: string | null, params = new URLSearchParams()): string => {
    const path = dataset === null ? '/' : `/explore/${encodeURIComponent(dataset)}`;
    return params.size === 0 ? path : `${path}?${params.toString()}`;
  },
  session: (id: string): string => `/concepts/${encodeURIComponent(id)}`,
  results: (id: string): string => `/concepts/${encodeURIComponent(id)}/results`,
  dataset: (name: string): string => `/browse/${encodeURIComponent(name)}`,
};

export const router = createStore<{ route: Route }>({ route: routeOf(location) });

export function navigate(to: string, how: 'push' | 'replace' = 'push'): void {
  if (to !== location.pathname + location.search) {
    if (how === 'push') history.pushState(null, '', to);
    else history.replaceState(null, '', to);
  }
  router.set({ route: routeOf(location) });
}

export function listenToHistory(): () => void {
  const listener = () => router.set({ route: routeOf(location) });
  addEventListener('popstate', listener);
  return () => removeEventListener('popstate', listener);
}
