import type { Session } from '../api/types';
import { createStore } from './store';

export interface ShownPicture {
  id: string;
  metadata?: unknown;
}

export interface Overlays {
  open: 'none' | 'keys' | 'picture' | 'rename' | 'delete' | 'concepts' | 'learnt' | 'new-dataset';
  picture: { dataset: string; hit: ShownPicture } | null;
  session: Session | null;
}

/** What lies over the room; one at a time. */
export const overlays = createStore<Overlays>({ open: 'none', picture: null, session: null });

export const closeOverlay = (): void => overlays.set({ open: 'none' });

export const openPicture = (dataset: string, hit: ShownPicture): void =>
  overlays.set({ open: 'picture', picture: { dataset, hit } });

export const askToRename = (session: Session): void => overlays.set({ open: 'rename', session });

export const askToDelete = (session: Session): void => overlays.set({ open: 'delete', session });
