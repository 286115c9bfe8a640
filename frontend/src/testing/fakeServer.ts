import { vi } from 'vitest';
import type { Hit, Round, Session } from '../api/types';

type Verdict = boolean | null;

interface Call {
  method: string;
  path: string;
  body: Record<string, unknown>;
}

const json = (body: unknown, status = 200): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });

export const problemResponse = (
  status: number,
  title: string,
  headers: Record<string, string> = {},
): Response =>
  new Response(JSON.stringify({ title, status, detail: '', errors: [] }), {
    status,
    headers: { 'content-type': 'application/problem+json', ...headers },
  });

export const hit = (id: string, score = 0.5): Hit => ({
  id,
  url: null,
  thumbnail: `/datasets/demo/images/${id}/thumbnail?v=1`,
  distance: 1 - score,
  score,
  metadata: { label: `the ${id}` },
  width: 128,
  height: 128,
});

interface Past {
  marks: FakeServer['marks'];
  rounds: Round[];
}

/** Enough of the API for one session: a log, undo by snapshots, and the next unseen images in their order. */
export class FakeServer {
  readonly calls: Call[] = [];
  down = false;
  sessionExists = true;
  revision = 0;
  marks = new Map<string, { positive: Verdict; revision: number }>();
  /** The next answers, before the server's own. */
  readonly answers: Response[] = [];
  private rounds: Round[] = [];
  private past: Past[] = [];
  private future: Past[] = [];

  constructor(readonly ids = Array.from({ length: 60 }, (_, at) => `image${at + 1}`)) {
    vi.stubGlobal('fetch', (request: Request) => this.fetch(request));
  }

  called = (path: RegExp): Call[] => this.calls.filter((call) => path.test(`${call.method} ${call.path}`));

  private async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    const text = request.method === 'GET' ? '' : await request.text();
    const body = text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {};
    request.signal.throwIfAborted();
    if (this.down) throw new TypeError('Failed to fetch');
    this.calls.push({ method: request.method, path: pathname, body });
    return this.answers.shift() ?? this.answer(request.method, pathname, body);
  }

  private answer(method: string, path: string, body: Record<string, unknown>): Response {
    if (path === '/search') {
      const excluded = new Set(body.exclude as string[] | undefined);
      const all = this.ids.filter((id) => !excluded.has(id));
      const offset = (body.offset as number | undefined) ?? 0;
      const hits = all.slice(offset, offset + (body.limit as number)).map((id) => hit(id));
      return json({ dataset: 'demo', model: 'demo', total: all.length, hits });
    }
    if (path === '/sessions' && method === 'POST') return json({ session: this.session(), hits: [] }, 201);
    if (path.startsWith('/sessions/') && !this.sessionExists) return problemResponse(404, 'No such session');
    switch (path.split('/')[3]) {
      case undefined:
        return json(this.session());
      case 'labels': {
        const items = [...this.marks].map(([id, mark]) => ({ id, ...mark }));
        return json({ items, total: items.length, offset: 0, limit: 1000 });
      }
      case 'rounds':
        return json({ items: this.rounds, total: this.rounds.length, offset: 0, limit: 1000 });
      case 'label':
        return this.label(body);
      case 'undo':
        return this.travel(this.past, this.future);
      case 'redo':
        return this.travel(this.future, this.past);
      default:
        return problemResponse(404, 'Not found');
    }
  }

  private label(body: Record<string, unknown>): Response {
    if (body.baseRevision !== undefined && body.baseRevision !== this.revision) {
      return problemResponse(409, 'The session has moved on');
    }
    this.past.push({ marks: new Map(this.marks), rounds: this.rounds });
    this.future = [];
    this.revision++;
    for (const { id, positive } of body.labels as { id: string; positive: Verdict }[]) {
      if (positive === null) this.marks.delete(id);
      else this.marks.set(id, { positive, revision: this.revision });
    }
    for (const id of body.skipped as string[])
      this.marks.set(id, { positive: null, revision: this.revision });
    if (body.refit !== false) {
      const { positive, negative } = this.counts();
      this.rounds = [{ revision: this.revision, learnedFrom: { positive, negative } }, ...this.rounds];
    }
    return this.page(body.refit === false ? 0 : (body.limit as number));
  }

  private travel(from: Past[], to: Past[]): Response {
    const before = from.pop();
    if (before === undefined) return problemResponse(409, 'Nothing to undo');
    to.push({ marks: this.marks, rounds: this.rounds });
    this.marks = before.marks;
    this.rounds = before.rounds;
    this.revision++;
    return this.page(9);
  }

  private page(limit: number): Response {
    const { positive, negative } = this.counts();
    const hits = this.ids.filter((id) => !this.marks.has(id)).slice(0, limit);
    return json({
      session: this.session(),
      hits: hits.map((id) => hit(id)),
      learnedFrom: { positive, negative },
      tookMs: 1,
    });
  }

  private counts() {
    const verdicts = [...this.marks.values()].map(({ positive }) => positive);
    const count = (wanted: Verdict) => verdicts.filter((verdict) => verdict === wanted).length;
    return { positive: count(true), negative: count(false), skipped: count(null) };
  }

  session(): Session {
    return {
      id: 'S1',
      name: 'red heart',
      dataset: 'demo',
      query: [{ text: 'red heart', weight: 1 }],
      method: 'sgd',
      filter: null,
      revision: this.revision,
      counts: this.counts(),
      canUndo: this.past.length > 0,
      canRedo: this.future.length > 0,
      model: 'demo',
      createdAt: '2026-01-01T00:00:00Z',
      updatedAt: '2026-01-01T00:00:00Z',
    };
  }
}
