// External tables: ClickHouse takes them as parts of a multipart/form-data body, each with its
// structure (and format) in the parameters <name>_structure and <name>_format.

/** The tables of a body, and what is left of it: the query or the data. */
export function externalTables(contentType, params, body) {
  const boundary = /^multipart\/form-data;\s*boundary="?([^";]+)"?/i.exec(contentType ?? '');
  if (!boundary) {
    return { tables: [], rest: body };
  }
  const tables = [];
  let rest = Buffer.alloc(0);
  const mark = Buffer.from(`--${boundary[1]}`);
  for (let at = body.indexOf(mark); at >= 0; ) {
    const start = at + mark.length + 2;
    const next = body.indexOf(mark, start);
    if (next < 0) {
      break;
    }
    const head = body.indexOf('\r\n\r\n', start);
    const name = /name="([^"]+)"/.exec(body.toString('utf8', start, head))[1];
    const data = body.subarray(head + 4, next - 2);
    if (name === 'query') {
      rest = data;
    } else {
      tables.push({
        name,
        data,
        structure: params.get(`${name}_structure`),
        format: params.get(`${name}_format`) ?? 'TabSeparated',
      });
    }
    at = next;
  }
  return { tables, rest };
}
