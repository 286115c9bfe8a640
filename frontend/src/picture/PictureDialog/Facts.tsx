import type { Picture } from '../../api/types';

/** Only http and https become links: metadata and addresses come from strangers. */
export function safeLink(url: string | null | undefined): string | null {
  if (!url) return null;
  try {
    const { protocol, href } = new URL(url);
    return protocol === 'http:' || protocol === 'https:' ? href : null;
  } catch {
    return null;
  }
}

const asText = (value: unknown): string =>
  Array.isArray(value)
    ? value.map(String).join(', ')
    : typeof value === 'object'
      ? JSON.stringify(value)
      : `${value as string | number | boolean}`;

interface Props {
  id: string;
  picture: Picture | null;
  metadata: unknown;
}

export function Facts({ id, picture, metadata }: Props) {
  const link = safeLink(picture?.url);
  const fields = Object.entries((metadata ?? {}) as Record<string, unknown>).filter(
    ([, value]) => value != null,
  );
  return (
    <dl className="facts">
      {fields.map(([field, value]) => (
        <div key={field}>
          <dt>{field}</dt>
          <dd>{asText(value)}</dd>
        </div>
      ))}
      {picture && picture.width > 0 && (
        <div>
          <dt>size</dt>
          <dd>
            {picture.width} × {picture.height}
          </dd>
        </div>
      )}
      <div>
        <dt>id</dt>
        <dd>
          <code>{id}</code>
        </dd>
      </div>
      {picture?.url && (
        <div>
          <dt>from</dt>
          <dd>
            {link ? (
              <a href={link} rel="noreferrer noopener" target="_blank">
                {picture.url}
              </a>
            ) : (
              picture.url
            )}
          </dd>
        </div>
      )}
    </dl>
  );
}
