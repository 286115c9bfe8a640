import { createStore } from './store';

/** Whether the server answered the last call; written by the API client only. */
const store = createStore<{ online: boolean }>({ online: true });

export const connection = {
  store,
  reached: () => {
    if (!store.get().online) store.set({ online: true });
  },
  lost: () => {
    if (store.get().online) store.set({ online: false });
  },
};
