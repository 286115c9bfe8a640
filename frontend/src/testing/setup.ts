import { cleanup } from '@testing-library/react';
import { afterEach, beforeEach, vi } from 'vitest';
import { notices } from '../app/notices';
import { overlays } from '../app/overlays';
import { concepts } from '../concepts/concepts';
import { datasets } from '../datasets/datasets';
import { emptyRoom, room } from '../room/state';

beforeEach(() => {
  // What a test left under way must not reach the network, nor the server of the next test.
  vi.stubGlobal('fetch', () => new Promise(() => undefined));
  localStorage.clear();
  sessionStorage.clear();
  history.replaceState(null, '', '/');
  room.set({ ...emptyRoom, dataset: 'demo' });
  notices.set({ items: [] });
  overlays.set({ open: 'none', picture: null, session: null });
  concepts.set({ items: [], phase: 'ready', problem: null });
  datasets.set({ items: [], phase: 'ready', problem: null, current: 'demo' });
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});
