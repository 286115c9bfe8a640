import { describe, expect, it } from 'vitest';
import { asProblem, Problem, problemFrom } from './problem';

const response = (status: number, headers = {}) => new Response(null, { status, headers });

describe('a problem', () => {
  it('says the detail and each field in words', () => {
    const body = {
      title: 'Bad request',
      detail: 'The limit is too large',
      errors: [{ field: 'limit', reason: 'at most 1000' }],
    };
    expect(problemFrom(response(400), body).words).toBe('The limit is too large. limit: at most 1000.');
  });

  it('has words of its own when the body has none', () => {
    expect(problemFrom(response(507), undefined).words).toBe('The disk of the service is full.');
    expect(problemFrom(response(418), '<html>').words).toBe('The service answered 418.');
  });

  it('knows how long to wait from Retry-After', () => {
    expect(problemFrom(response(503, { 'retry-after': '3' }), {}).retryAfterMs).toBe(3000);
    expect(problemFrom(response(503), {}).retryAfterMs).toBeUndefined();
  });

  it.each([
    [0, true],
    [503, true],
    [429, true],
    [400, false],
    [404, false],
    [500, false],
  ])('of status %i passes by itself: %s', (status, passing) => {
    expect(new Problem(status, 'x').passing).toBe(passing);
  });
});

describe('any error', () => {
  it('that is a cancelled request is no problem', () => {
    expect(asProblem(new DOMException('', 'AbortError'))).toBeNull();
  });

  it('of the network means that the server cannot be reached', () => {
    expect(asProblem(new TypeError('Failed to fetch'))?.status).toBe(0);
  });
});
