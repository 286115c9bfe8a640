import { createStore } from './store';

export type Theme = 'light' | 'dark';

const stored = document.documentElement.dataset.theme;
const system = (): Theme => (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');

/** null follows the system; public/theme.js has applied a stored choice before this runs. */
export const theme = createStore<{ chosen: Theme | null }>({
  chosen: stored === 'light' || stored === 'dark' ? stored : null,
});

export const shownTheme = (): Theme => theme.get().chosen ?? system();

export function toggleTheme(): void {
  const chosen = shownTheme() === 'dark' ? 'light' : 'dark';
  document.documentElement.dataset.theme = chosen;
  theme.set({ chosen });
  try {
    localStorage.setItem('vde.theme', chosen);
  } catch {
    // Storage is off: the choice lasts as long as the page.
  }
}
