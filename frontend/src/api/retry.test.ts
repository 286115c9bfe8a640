import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Problem } from './problem';
import { backoff, persistently } from './retry';

beforeEach(() => {
  vi.useFakeTimers();
});

describe('trying persistently', () => {
  it('goes on until the service is back', async () => {
    const attempt = vi
      .fn()
      .mockRejectedValueOnce(new TypeError())
      .mockRejectedValueOnce(new Problem(503, 'busy'))
      .mockResolvedValue('here');
    const told: number[] = [];
    const result = persistently(attempt, { onWait: ({ status }) => told.push(status) });
    await vi.advanceTimersByTimeAsync(10_000);
    await expect(result).resolves.toBe('here');
    expect(told).toEqual([0, 503]);
  });

  it('waits as long as Retry-After asks', async () => {
    const attempt = vi
      .fn()
      .mockRejectedValueOnce(new Problem(503, 'loading', '', [], 7_000))
      .mockResolvedValue('here');
    void persistently(attempt);
    await vi.advanceTimersByTimeAsync(6_900);
    expect(attempt).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(200);
    expect(attempt).toHaveBeenCalledTimes(2);
  });

  it('does not repeat what was refused', async () => {
    const attempt = vi.fn().mockRejectedValue(new Problem(400, 'no'));
    await expect(persistently(attempt)).rejects.toThrow('no');
    expect(attempt).toHaveBeenCalledTimes(1);
  });

  it('does not wait for a model that failed for good', async () => {
    const failed = new Problem(503, 'no model', '', [], undefined, 'urn:vde:model-failed');
    const attempt = vi.fn().mockRejectedValue(failed);
    await expect(persistently(attempt, { patienceMs: Infinity })).rejects.toThrow('no model');
    expect(attempt).toHaveBeenCalledTimes(1);
  });

  it('gives up when its patience ends', async () => {
    const result = persistently(() => Promise.reject(new TypeError()), { patienceMs: 5_000 });
    const outcome = expect(result).rejects.toThrow('cannot be reached');
    await vi.advanceTimersByTimeAsync(6_000);
    await outcome;
  });

  it('ends at once when it is cancelled', async () => {
    const stop = new AbortController();
    const result = persistently(() => Promise.reject(new TypeError()), { signal: stop.signal });
    const outcome = expect(result).rejects.toMatchObject({ name: 'AbortError' });
    await vi.advanceTimersByTimeAsync(10);
    stop.abort();
    await outcome;
  });

  it('waits longer each time, up to a bound', () => {
    expect([0, 1, 2, 9].map((attempt) => backoff(attempt, 0.5))).toEqual([300, 600, 1200, 5000]);
  });
});
