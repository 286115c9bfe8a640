// A cluster of one server: the statements for a cluster as the engine, which has none, can run them.

/** How a server of the cluster says that it has run a statement: host, port, status, error, hosts left. */
export const LINE_OF_A_SERVER = 'localhost\t9000\t0\t\t0\t0\n';

const STRING = "'(?:[^'\\\\]|\\\\.)*'";
const NAME = '(?:`[^`]+`|\\w+)';

/** The statement without ON CLUSTER, replication and distribution: a table over another stands for it. */
export function onOneServer(sql) {
  const all = new RegExp(`\\bcluster(?:AllReplicas)?\\(${NAME}, ((?:${NAME}\\.)?${NAME})\\)`);
  if (!new RegExp(`^(CREATE|ALTER|DROP) .* ON CLUSTER ${NAME}`, 's').test(sql)) {
    return sql.replace(all, '$1');
  }
  return sql
    .replace(new RegExp(` ON CLUSTER ${NAME}`), '')
    .replace(new RegExp(`\\bReplicated(\\w*MergeTree)\\(${STRING}, ${STRING}(?:, )?`), '$1(')
    .replace(/ replicated_deduplication_window = /, ' non_replicated_deduplication_window = ')
    .replace(
      new RegExp(` AS \\S+ ENGINE = Distributed\\(${NAME}, (${STRING}), (${STRING}), .*?\\)\\)`),
      ' ENGINE = Alias($1, $2) SETTINGS allow_experimental_alias_table_engine = 1');
}
