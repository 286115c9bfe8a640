import { vi } from 'vitest';
import type { FieldError } from '../api/problem';
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
  more: { type?: string; errors?: FieldError[] } = {},
): Response =>
  new Response(JSON.stringify({ title, status, detail: '', errors: [], ...more }), {
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

/** busy: a 503, nothing was done. The others did it: as when the log was written, but the next page not read. */
type Trouble = 'busy' | 'done, then busy' | 'answer lost' | 'broken';

const stale = (): Response =>
  problemResponse(409, 'The session has moved on', {}, { type: 'urn:vde:stale-revision' });

const busy = (): Response => problemResponse(503, 'Busy', { 'retry-after': '0' });

interface Past {
  marks: FakeServer['marks'];
  rounds: Round[];
  learnt: string;
}

/** Enough of the API for one session: a log, undo by snapshots, and the next unseen images in their order. */
export class FakeServer {
  readonly calls: Call[] = [];
  down = false;
  sessionExists = true;
  revision = 0;
  marks = new Map<string, { positive: Verdict; revision: number }>();
  /** Images that somebody has deleted since they were shown. */
  readonly deleted = new Set<string>();
  /** The next answers, before the server's own. */
  readonly answers: Response[] = [];
  /** Troubles to come, each for the next call that it is for. */
  readonly troubles: { call: RegExp; trouble: Trouble }[] = [];
  private rounds: Round[] = [];
  /** The verdicts that the newest round has learnt. */
  private learnt = '[]';
  private past: Past[] = [];
  private future: Past[] = [];

  constructor(readonly ids = Array.from({ length: 60 }, (_, at) => `image${at + 1}`)) {
    vi.stubGlobal('fetch', (request: Request) => this.fetch(request));
  }

  called = (path: RegExp): Call[] => this.calls.filter((call) => path.test(`${call.method} ${call.path}`));

  private async fetch(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const text = request.method === 'GET' ? '' : await request.text();
    const body = text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {};
    const base = searchParams.get('baseRevision');
    if (base !== null) body.baseRevision = Number(base);
    request.signal.throwIfAborted();
    if (this.down) throw new TypeError('Failed to fetch');
    this.calls.push({ method: request.method, path: pathname, body });
    const at = this.troubles.findIndex(({ call }) => call.test(`${request.method} ${pathname}`));
    const trouble = at < 0 ? undefined : this.troubles.splice(at, 1)[0]?.trouble;
    if (trouble === 'busy') return busy();
    const answer = this.answers.shift() ?? this.answer(request.method, pathname, body);
    if (trouble === 'answer lost') throw new TypeError('Failed to fetch');
    if (trouble === 'done, then busy') return busy();
    return trouble === 'broken' ? problemResponse(500, 'Broken') : answer;
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
    if (body.baseRevision !== undefined && body.baseRevision !== this.revision) return stale();
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
    const unknown = (body.skipped as string[]).flatMap((id, at) =>
      this.deleted.has(id) ? [{ field: `skipped[${at}]`, reason: 'is not in the dataset' }] : [],
    );
    if (unknown.length > 0) return problemResponse(404, 'Not found', {}, { errors: unknown });
    const before = { marks: new Map(this.marks), rounds: this.rounds, learnt: this.learnt };
    const revision = this.revision + 1;
    let changed = false;
    for (const { id, positive } of body.labels as { id: string; positive: Verdict }[]) {
      if (positive === null) changed = this.marks.delete(id) || changed;
      else changed = this.put(id, positive, revision) || changed;
    }
    for (const id of body.skipped as string[]) changed = this.put(id, null, revision) || changed;
    if (body.refit !== false && this.verdicts() !== this.learnt) {
      const { positive, negative } = this.counts();
      this.rounds = [{ revision, learnedFrom: { positive, negative } }, ...this.rounds];
      this.learnt = this.verdicts();
      changed = true;
    }
    // A call that changes nothing appends nothing.
    if (changed) {
      this.past.push(before);
      this.future = [];
      this.revision = revision;
    }
    return this.page(body.refit === false ? 0 : (body.limit as number));
  }

  private put(id: string, positive: Verdict, revision: number): boolean {
    if (this.marks.get(id)?.positive === positive) return false;
    this.marks.set(id, { positive, revision });
    return true;
  }

  private verdicts(): string {
    const verdicts = [...this.marks].filter(([, { positive }]) => positive !== null);
    return JSON.stringify(verdicts.map(([id, { positive }]) => [id, positive]).sort());
  }

  private travel(from: Past[], to: Past[]): Response {
    const before = from.pop();
    if (before === undefined) return problemResponse(409, 'Nothing to undo');
    to.push({ marks: this.marks, rounds: this.rounds, learnt: this.learnt });
    this.marks = before.marks;
    this.rounds = before.rounds;
    this.learnt = before.learnt;
    this.revision++;
    return this.page(9);
  }

  private page(limit: number): Response {
    const { positive, negative } = this.counts();
    const hits = this.ids.filter((id) => !this.marks.has(id) && !this.deleted.has(id)).slice(0, limit);
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
