export interface FieldError {
  field: string;
  reason: string;
}

interface ProblemBody {
  title?: string;
  detail?: string;
  type?: string;
  errors?: Partial<FieldError>[];
}

/** What went wrong, in the words of RFC 9457; status 0 means that the server was not reached at all. */
export class Problem extends Error {
  override readonly name = 'Problem';

  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail = '',
    readonly errors: readonly FieldError[] = [],
    /** From Retry-After; undefined when the server did not say. */
    readonly retryAfterMs?: number,
    readonly type = 'about:blank',
  ) {
    super(detail === '' ? title : `${title}: ${detail}`);
  }

  /** Worth trying again as it is: nobody answered, or somebody said "later". A model that failed stays so. */
  get passing(): boolean {
    return [0, 429, 502, 503, 504].includes(this.status) && this.type !== 'urn:vde:model-failed';
  }

  /** The log of the session has moved on since the revision that the call was based on. */
  get stale(): boolean {
    return this.type === 'urn:vde:stale-revision';
  }

  /** One or two sentences for a person. */
  get words(): string {
    const fields = this.errors.map(({ field, reason }) => (field === '' ? reason : `${field}: ${reason}`));
    return [this.detail === '' ? this.title : this.detail, ...fields].map(sentence).join(' ');
  }
}

/** A text that ends as a sentence does. */
export const sentence = (text: string): string => (/[.!?…]$/.test(text) ? text : `${text}.`);

const inWords: Record<number, string> = {
  404: 'That is not there any more',
  409: 'Something else changed it in the meantime',
  413: 'That is too large',
  415: 'That is not a kind of file the service can read',
  503: 'The service is busy or still starting',
  507: 'The disk of the service is full',
};

function retryAfter(response: Response): number | undefined {
  const header = response.headers.get('retry-after');
  if (header === null) return undefined;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

export function problemFrom(response: Response, body: unknown): Problem {
  const { title, detail, errors, type }: ProblemBody = typeof body === 'object' && body !== null ? body : {};
  return new Problem(
    response.status,
    title ?? inWords[response.status] ?? `The service answered ${response.status}`,
    detail ?? '',
    (Array.isArray(errors) ? errors : []).map(({ field = '', reason = '' }) => ({ field, reason })),
    retryAfter(response),
    type,
  );
}

/** Any thrown value as a problem; null for a cancelled request, which is not an error. */
export function asProblem(error: unknown): Problem | null {
  if (error instanceof Problem) return error;
  if (error instanceof DOMException && error.name === 'AbortError') return null;
  if (error instanceof TypeError) return new Problem(0, 'The server cannot be reached');
  return new Problem(
    500,
    'Something went wrong in this page',
    error instanceof Error ? error.message : String(error),
  );
}
