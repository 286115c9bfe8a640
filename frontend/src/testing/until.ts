import { vi } from 'vitest';

/** Waits for what comes by itself; the limit is only for what never comes. */
export const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 25_000 });
