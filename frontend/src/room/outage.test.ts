import { beforeEach, describe, expect, it, vi } from 'vitest';
import { next } from '../commands/commands';
import { run } from '../commands/command';
import { notices } from '../app/notices';
import { text } from '../query/term';
import { FakeServer, hit, problemResponse } from '../testing/fakeServer';
import { until } from '../testing/until';
import { nextPage } from './learning';
import { mark } from './marking';
import { saves } from './saves';
import { search } from './search';
import { room, verdictOf } from './state';
import { redo, undo } from './undoing';

let server: FakeServer;
const verdict = (id: string) => verdictOf(room.get(), id);
const shown = () => room.get().hits.map(({ id }) => id);
const noticed = () => notices.get().items.map(({ text: words }) => words);
const settled = () => until(() => expect(saves.get().pending).toBe(0));

beforeEach(async () => {
  server = new FakeServer();
  await search('demo', [text('red heart')]);
  await mark(hit('image1'), true);
  await mark(hit('image2'), true);
});

describe.each(['answer lost', 'done, then busy', 'busy'] as const)('when the server says "%s"', (trouble) => {
  it('undo takes back one call only', async () => {
    server.troubles.push({ call: /undo$/, trouble });
    await undo();
    expect([verdict('image1'), verdict('image2')]).toEqual([true, undefined]);
    expect([...server.marks.keys()]).toEqual(['image1']);
  });

  it('redo brings back one call only', async () => {
    await undo();
    await undo();
    server.troubles.push({ call: /redo$/, trouble });
    await redo();
    expect([verdict('image1'), verdict('image2')]).toEqual([true, undefined]);
    expect([...server.marks.keys()]).toEqual(['image1']);
  });

  it('the next page closes one round and is shown', async () => {
    server.troubles.push({ call: /label$/, trouble });
    await nextPage();
    expect(shown()[0]).toBe('image16');
    expect(room.get()).toMatchObject({ boundaries: [3], learnedFrom: { positive: 2, negative: 0 } });
    expect(noticed()).toEqual([]);
    expect(server.revision).toBe(3);
    await undo();
    expect(shown()[0]).toBe('image1');
  });
});

describe('after an undo', () => {
  it('that arrived, only the reading of the labels is repeated', async () => {
    server.troubles.push({ call: /labels$/, trouble: 'busy' });
    await undo();
    expect(server.called(/undo$/)).toHaveLength(1);
    expect(verdict('image1')).toBe(true);
  });

  it('whose page could not be read, trying again takes back nothing more', async () => {
    server.troubles.push({ call: /labels$/, trouble: 'broken' });
    await undo();
    expect(verdict('image2')).toBe(true);
    notices.get().items[0]?.action?.perform();
    await until(() => expect(verdict('image2')).toBeUndefined());
    expect(server.called(/undo$/)).toHaveLength(1);
  });
});

describe('the next page', () => {
  it('is shown at the second press when the first one learnt and then failed', async () => {
    server.troubles.push({ call: /label$/, trouble: 'broken' });
    await nextPage();
    expect(noticed()[0]).toContain('Could not show the next page');
    notices.get().items[0]?.action?.perform();
    await until(() => expect(shown()[0]).toBe('image16'));
    expect(server.revision).toBe(3);
  });

  it('is refused when somebody else has taught in the time of a lost answer', async () => {
    server.troubles.push({ call: /label$/, trouble: 'answer lost' });
    const closing = nextPage();
    await until(() => expect(server.revision).toBe(3));
    server.revision++;
    server.marks.set('image20', { positive: false, revision: server.revision });
    await closing;
    expect(noticed()[0]).toContain('also taught elsewhere');
    expect(verdict('image20')).toBe(false);
  });

  it('waits for the first mark, which makes the concept', async () => {
    server = new FakeServer();
    await search('demo', [text('a house')]);
    void mark(hit('image1'), true);
    run(next);
    await until(() => expect(shown()[0]).toBe('image16'));
    expect(room.get().learnedFrom).toEqual({ positive: 1, negative: 0 });
  });

  it('is not asked for when the first mark is refused', async () => {
    server = new FakeServer();
    await search('demo', [text('a house')]);
    server.answers.push(problemResponse(507, 'The disk is full'));
    void mark(hit('image1'), true);
    await nextPage();
    expect(server.called(/label$/)).toEqual([]);
    expect(room.get().busy).toBeNull();
  });

  it('of a room that was left meanwhile stays open, and nothing of the new room is skipped', async () => {
    server.down = true;
    void mark(hit('image3'), true);
    const closing = nextPage();
    server.down = false;
    await search('demo', [text('a house')]);
    await closing;
    expect([...server.marks.values()].filter(({ positive }) => positive === null)).toEqual([]);
    expect(server.marks.get('image3')?.positive).toBe(true);
    expect(room.get().busy).toBeNull();
  });
});

describe('a mark made while the page changes', () => {
  it.each([
    ['closes', () => nextPage()],
    ['is taken back', () => undo()],
  ])('comes too late when the page %s: neither the page nor the server has it', async (_, change) => {
    const changing = change();
    await mark(hit('image5'), true);
    await changing;
    expect(verdict('image5')).not.toBe(true);
    expect(server.marks.get('image5')?.positive).not.toBe(true);
  });

  it('says so when the change waits for the server', async () => {
    server.down = true;
    void mark(hit('image3'), true);
    const closing = nextPage();
    await until(() => expect(room.get().waiting).not.toBeNull());
    await mark(hit('image4'), true);
    expect(noticed()).toEqual(['Not marked: another page is on its way.']);
    server.down = false;
    await closing;
    expect(verdict('image4')).toBeNull();
    expect(server.marks.get('image4')?.positive).toBeNull();
    expect(room.get().learnedFrom).toEqual({ positive: 3, negative: 0 });
    expect(shown()).not.toContain('image4');
  });
});

describe('a long outage', () => {
  it('of an hour gives up no mark', async () => {
    vi.useFakeTimers();
    server.down = true;
    void mark(hit('image3'), false);
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(verdict('image3')).toBe(false);
    server.down = false;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(server.marks.get('image3')?.positive).toBe(false);
    vi.useRealTimers();
    await settled();
  });
});
