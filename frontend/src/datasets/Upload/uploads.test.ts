import { describe, expect, it } from 'vitest';
import { FakeServer, problemResponse } from '../../testing/fakeServer';
import { batches, uploadAll, type Upload } from './uploads';

const file = (name: string, size = 10) =>
  Object.defineProperty(new File(['x'], name, { type: 'image/png' }), 'size', { value: size });
const answer = (items: unknown[]) =>
  new Response(JSON.stringify({ items }), { headers: { 'content-type': 'application/json' } });

describe('an upload', () => {
  it('goes in calls of bounded number and size', () => {
    const small = Array.from({ length: 20 }, (_, at) => file(`${at}`));
    expect(batches(small).map(({ length }) => length)).toEqual([16, 4]);
    expect(batches([file('a', 30_000_000), file('b', 30_000_000)]).map(({ length }) => length)).toEqual([
      1, 1,
    ]);
  });

  it('tells the outcome of each file', async () => {
    const server = new FakeServer();
    server.answers.push(
      answer([
        { index: 0, id: 'x', status: 'created', error: null },
        { index: 1, id: null, status: 'failed', error: 'not a picture' },
      ]),
    );
    let last: Upload[] = [];
    await uploadAll('demo', [file('a.png'), file('b.txt')], (list) => (last = list));
    expect(last).toEqual([
      { name: 'a.png', status: 'created', error: '' },
      { name: 'b.txt', status: 'failed', error: 'not a picture' },
    ]);
  });

  it('that is refused fails its files in words', async () => {
    new FakeServer().answers.push(problemResponse(413, 'Too large'));
    let last: Upload[] = [];
    await uploadAll('demo', [file('a.png')], (list) => (last = list));
    expect(last).toEqual([{ name: 'a.png', status: 'failed', error: 'Too large.' }]);
  });
});
