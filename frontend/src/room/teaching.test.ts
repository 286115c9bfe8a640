import { beforeEach, describe, expect, it } from 'vitest';
import { notices } from '../app/notices';
import { concepts } from '../concepts/concepts';
import { text } from '../query/term';
import { FakeServer, hit, problemResponse } from '../testing/fakeServer';
import { until } from '../testing/until';
import { nextPage } from './learning';
import { clearMark, mark, toggle } from './marking';
import { openSession, teachAgain } from './open';
import { saves } from './saves';
import { more, search } from './search';
import { pageCounts, room, verdictOf } from './state';
import { redo, undo } from './undoing';

let server: FakeServer;
const verdict = (id: string) => verdictOf(room.get(), id);
const shown = () => room.get().hits.map(({ id }) => id);

beforeEach(async () => {
  server = new FakeServer();
  await search('demo', [text('red heart')]);
});

describe('a search', () => {
  it('shows the nearest and can show more', async () => {
    expect(shown()).toHaveLength(15);
    await more();
    expect(new Set(shown()).size).toBe(30);
  });

  it('fills the rows of a grid that is laid out only while it is asked', async () => {
    const asked = search('demo', [text('a')]);
    const grid = document.createElement('div');
    grid.dataset.grid = '';
    grid.style.gridTemplateColumns = '188px 188px 188px 188px 188px 188px';
    document.body.append(grid);
    await asked;
    grid.remove();
    expect(shown()).toHaveLength(18);
  });

  it('that is replaced by another does not come back', async () => {
    const first = search('demo', [text('a')]);
    await search('demo', [text('b')]);
    await first;
    expect(room.get().terms).toEqual([text('b')]);
    expect(room.get().phase).toBe('ready');
  });

  it('that is refused says why', async () => {
    server.answers.push(problemResponse(400, 'The query is empty'));
    await search('demo', [text('x')]);
    expect(room.get()).toMatchObject({ phase: 'failed', problem: { title: 'The query is empty' } });
  });

  it('waits for a model that is loading', async () => {
    server.answers.push(problemResponse(503, 'The model is loading', { 'retry-after': '0' }));
    await search('demo', [text('x')]);
    expect(room.get().phase).toBe('ready');
  });
});

describe('a mark', () => {
  it('on a search begins a concept by itself and keeps the pictures', async () => {
    const before = shown();
    await mark(hit('image1'), true);
    expect(room.get().session?.id).toBe('S1');
    expect(location.pathname).toBe('/concepts/S1');
    expect(shown()).toEqual(before);
    expect(concepts.get().items.map(({ id }) => id)).toEqual(['S1']);
  });

  it('is shown at once and saved without learning', async () => {
    const saving = mark(hit('image1'), true);
    expect(verdict('image1')).toBe(true);
    expect(saves.get().pending).toBe(1);
    await saving;
    expect(server.called(/label$/)[0]?.body).toMatchObject({
      labels: [{ id: 'image1', positive: true }],
      skipped: [],
      refit: false,
    });
    expect(saves.get().pending).toBe(0);
  });

  it('made together with others begins one concept, not several', async () => {
    await Promise.all([mark(hit('image1'), true), mark(hit('image2'), false), mark(hit('image3'), true)]);
    expect(server.called(/^POST \/sessions$/)).toHaveLength(1);
    expect(pageCounts(room.get())).toEqual({ right: 2, wrong: 1, unmarked: 12 });
  });

  it('can be changed, and taken away', async () => {
    await mark(hit('image1'), true);
    await mark(hit('image1'), false);
    expect(server.marks.get('image1')?.positive).toBe(false);
    await toggle(hit('image1'), false);
    expect(server.marks.has('image1')).toBe(false);
    await clearMark(hit('image1'));
    expect(verdict('image1')).toBeUndefined();
  });

  it('that is refused is rolled back, and a person is told and can try again', async () => {
    await mark(hit('image1'), true);
    server.answers.push(problemResponse(507, 'The disk is full'));
    await mark(hit('image1'), false);
    expect(verdict('image1')).toBe(true);
    const [notice] = notices.get().items;
    expect(notice?.text).toBe('Could not save the mark on the image1. The disk is full.');
    notice?.action?.perform();
    await until(() => expect(server.marks.get('image1')?.positive).toBe(false));
  });

  it('is saved when the server comes back', async () => {
    server.down = true;
    const saving = mark(hit('image1'), true);
    await until(() => expect(room.get().waiting?.status).toBe(0));
    expect(verdict('image1')).toBe(true);
    server.down = false;
    await saving;
    expect(server.marks.get('image1')?.positive).toBe(true);
    expect(room.get().waiting).toBeNull();
  });
});

describe('the next page', () => {
  beforeEach(async () => {
    await mark(hit('image1'), true);
    await mark(hit('image2'), false);
    await nextPage();
  });

  it('closes the round with one fit and skips the unmarked', () => {
    const call = server.called(/label$/).at(-1);
    expect(call?.body).toMatchObject({ labels: [], refit: true, baseRevision: 2 });
    expect(call?.body.skipped).toHaveLength(13);
  });

  it('holds no picture that was shown before', () => {
    expect(shown()[0]).toBe('image16');
    expect(room.get().learnedFrom).toEqual({ positive: 1, negative: 1 });
  });

  it('is taken back by undo, with the pictures and marks as they were', async () => {
    await undo();
    expect(shown()[0]).toBe('image1');
    expect(verdict('image1')).toBe(true);
    expect(verdict('image3')).toBeUndefined();
    await redo();
    expect(shown()[0]).toBe('image16');
    expect(verdict('image3')).toBeNull();
  });

  it('counts no more in a browser that did not teach it once it is taken back', async () => {
    localStorage.clear();
    await openSession('S1');
    await undo();
    expect(room.get().boundaries).toEqual([]);
    expect(room.get().learnedFrom).toBeNull();
  });

  it('is there again after a reload, with the marks made on it', async () => {
    await mark(hit('image17'), true);
    const before = shown();
    await openSession('S1');
    expect(shown()).toEqual(before);
    expect(verdict('image17')).toBe(true);
    expect(room.get().learnedFrom).toEqual({ positive: 1, negative: 1 });
  });

  it('is asked for without teaching when another browser opens the concept', async () => {
    localStorage.clear();
    const before = server.revision;
    await openSession('S1');
    expect(shown()[0]).toBe('image16');
    expect(room.get().boundaries).toEqual([3]);
    expect(room.get().learnedFrom).toEqual({ positive: 1, negative: 1 });
    expect(server.revision).toBe(before);
  });

  it('waits for a person when the concept was taught elsewhere meanwhile', async () => {
    server.revision++;
    server.marks.set('image20', { positive: true, revision: server.revision });
    await nextPage();
    expect(notices.get().items[0]?.text).toContain('also taught elsewhere');
    expect(verdict('image20')).toBe(true);
    await nextPage();
    expect(shown()).not.toContain('image20');
  });

  it('comes also when somebody has deleted pictures of the page, which are said to be gone', async () => {
    server.deleted.add('image17').add('image19');
    await nextPage();
    expect(notices.get().items[0]?.text).toBe('2 pictures of the last page had been deleted meanwhile.');
    expect(server.marks.get('image18')?.positive).toBeNull();
    expect(server.marks.has('image17')).toBe(false);
    expect(shown()[0]).toBe('image31');
    await undo();
    expect(shown().slice(0, 2)).toEqual(['image16', 'image18']);
  });
});

describe('undo', () => {
  it('takes back one mark after the other', async () => {
    await mark(hit('image1'), true);
    await mark(hit('image2'), true);
    await undo();
    expect(verdict('image2')).toBeUndefined();
    expect(verdict('image1')).toBe(true);
    await redo();
    expect(verdict('image2')).toBe(true);
  });

  it('takes back nothing that was taught elsewhere meanwhile', async () => {
    await mark(hit('image1'), true);
    server.revision++;
    server.marks.set('image20', { positive: true, revision: server.revision });
    await undo();
    expect(notices.get().items[0]?.text).toContain('also taught elsewhere');
    expect([verdict('image1'), verdict('image20')]).toEqual([true, true]);
    await undo();
    expect(verdict('image1')).toBeUndefined();
  });

  it('says so when there is nothing to take back', async () => {
    await mark(hit('image1'), true);
    await undo();
    await undo();
    expect(notices.get().items[0]?.text).toBe('There is nothing to undo.');
  });
});

describe('a concept deleted elsewhere', () => {
  it('says so at the next mark, and can be taught again from the marks on the screen', async () => {
    await mark(hit('image1'), true);
    server.sessionExists = false;
    await mark(hit('image2'), true);
    expect(room.get().phase).toBe('gone');
    server.sessionExists = true;
    server.marks.clear();
    await teachAgain();
    expect(server.marks.get('image1')?.positive).toBe(true);
    expect(room.get().phase).toBe('ready');
  });
});
