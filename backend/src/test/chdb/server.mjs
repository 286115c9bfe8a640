// ClickHouse's HTTP interface over the real engine (chdb), for the tests of the store.
//   node server.mjs <data folder> [--port=0]
// Prints "listening <port>" and ends when its standard input does, so that no test leaves one behind.
//
// Everything is the engine's answer but what myscale.mjs says (a vector index and its status, and the
// statements that MyScale refuses) and cluster.mjs (a cluster of one server). Basic protocol only: no authentication, no compression.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import chdb from 'chdb';
import { LINE_OF_A_SERVER, onOneServer } from './cluster.mjs';
import { BRUTE_FORCE, ClickHouseError, MyScale } from './myscale.mjs';
import { externalTables } from './multipart.mjs';

const folder = process.argv[2];
const port = Number((process.argv[3] ?? '--port=0').replace('--port=', ''));
const session = new chdb.Session(folder);
const files = mkdtempSync(join(tmpdir(), 'vde-chdb-'));
const myscale = new MyScale((sql, format) => run(sql, format));

// As servers are set unless told otherwise: http_max_uri_size and http_max_field_value_size.
const MAX_ADDRESS = 1 << 20;
const MAX_FIELD = 128 << 10;

// What the HTTP interface itself reads; every other parameter is a setting of the query.
const OWN = new Set([
  'query', 'database', 'user', 'password', 'query_id', 'default_format', 'wait_end_of_query',
  'buffer_size', 'session_id', 'enable_http_compression', BRUTE_FORCE,
]);

async function run(sql, format) {
  try {
    return Buffer.from((await session.queryAsync(sql, { format })).bytes());
  } catch (e) {
    const code = /^Code: (\d+)/.exec(e.message);
    throw new ClickHouseError(code ? Number(code[1]) : 1002, e.message);
  }
}

function settingsOf(params) {
  const settings = [];
  for (const [name, value] of params) {
    if (!OWN.has(name) && !name.endsWith('_structure') && !name.endsWith('_format')) {
      settings.push(/^[0-9.]+$/.test(value) ? `${name}=${value}` : `${name}='${value}'`);
    }
  }
  return settings.join(', ');
}

/** Binary data beside an INSERT goes through a file: inline, the engine would cut it at a NUL. */
async function insert(sql, settings, data) {
  const form = /^([\s\S]*?)\s+FORMAT\s+(\w+)\s*$/i.exec(sql);
  if (!form) {
    return run(settings ? sql.replace(/\s+(VALUES|SELECT)\b/i, ` SETTINGS ${settings} $1`) : sql, 'Null');
  }
  const file = join(files, randomUUID());
  writeFileSync(file, data);
  try {
    const set = settings ? ` SETTINGS ${settings}` : '';
    return await run(`${form[1]} FROM INFILE '${file}'${set} FORMAT ${form[2]}`, 'Null');
  } finally {
    rmSync(file);
  }
}

async function select(sql, settings, format, tables) {
  const named = [];
  const paths = [];
  for (const table of tables) {
    const path = join(files, randomUUID());
    writeFileSync(path, table.data);
    paths.push(path);
    named.push(`${table.name} AS (SELECT * FROM file('${path}', '${table.format}', '${table.structure}'))`);
  }
  try {
    const with_ = named.length ? `WITH ${named.join(', ')} ` : '';
    return await run(with_ + sql + (settings ? ` SETTINGS ${settings}` : ''), format);
  } finally {
    paths.forEach((path) => rmSync(path));
  }
}

async function answer(request, body) {
  const params = new URL(request.url, 'http://localhost').searchParams;
  if (request.method === 'GET' && !params.has('query')) {
    return Buffer.from('Ok.\n');
  }
  const database = params.get('database');
  if (database && (await run(`SELECT 1 FROM system.databases WHERE name = '${database}'`, 'TabSeparated')).length === 0) {
    throw new ClickHouseError(81, `Database ${database} does not exist`);
  }
  const { tables, rest } = externalTables(request.headers['content-type'], params, body);
  const inUrl = params.get('query') ?? '';
  if (tables.length && rest.length > MAX_FIELD) {
    throw new ClickHouseError(1000, 'HTML Form Exception: Field value too long');
  }
  const given = (inUrl || rest.toString('utf8')).trim().replace(/;$/, '');
  const sql = onOneServer(given);
  const format = params.get('default_format') ?? 'TabSeparated';
  const settings = settingsOf(params);
  const own = await myscale.answer(sql);
  if (own) {
    const bytes = await select(own, '', format, []);
    return /^ALTER\b/i.test(given) && sql !== given ? Buffer.from(LINE_OF_A_SERVER) : bytes;
  }
  if (/^INSERT\b/i.test(sql)) {
    return insert(sql, settings, rest);
  }
  if (/^(SELECT|WITH)\b/i.test(sql)) {
    return select(await myscale.searched(myscale.plain(sql), params), settings, format, tables);
  }
  const bytes = await run(myscale.plain(/^ALTER\b/i.test(sql) && settings ? `${sql} SETTINGS ${settings}` : sql), format);
  if (/^DROP\b/i.test(sql)) {
    await myscale.dropped();
  }
  return sql === given ? bytes : Buffer.from(LINE_OF_A_SERVER);
}

function receive(request) {
  return new Promise((resolve, reject) => {
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => resolve(Buffer.concat(parts)));
    request.on('error', reject);
  });
}

const server = http.createServer({ maxHeaderSize: MAX_ADDRESS }, async (request, response) => {
  try {
    const bytes = await answer(request, await receive(request));
    response.writeHead(200, { 'Content-Type': 'application/octet-stream' });
    response.end(bytes);
  } catch (e) {
    const code = e instanceof ClickHouseError ? e.code : 1002;
    response.writeHead(code === 60 || code === 81 ? 404 : 500, { 'X-ClickHouse-Exception-Code': code });
    response.end(`${e.message}\n`);
  }
});
server.keepAliveTimeout = 30_000;

await run('CREATE FUNCTION IF NOT EXISTS distance AS (a, b) -> cosineDistance(a, b)', 'Null');
await myscale.prepare();
server.listen(port, '127.0.0.1', () => console.log(`listening ${server.address().port}`));

process.stdin.resume();
process.stdin.on('end', () => {
  server.closeAllConnections();
  server.close();
  session.close();
  rmSync(files, { recursive: true, force: true });
  process.exit(0);
});
