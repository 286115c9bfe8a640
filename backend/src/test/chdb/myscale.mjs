// What of MyScale the engine does not have: the vector index, its status, and the refusals of
// statements that the function distance() alone would let pass.

/** An error as a server answers it. */
export class ClickHouseError extends Error {
  constructor(code, message) {
    super(message.startsWith('Code:') ? message : `Code: ${code}. DB::Exception: ${message}`);
    this.code = code;
  }
}

const INDEX_TYPES = new Set([
  'MSTG', 'SCANN', 'FLAT', 'IVFFLAT', 'IVFSQ', 'IVFPQ', 'HNSWFLAT', 'HNSWSQ', 'HNSWPQ',
]);
const METRIC = 'float_vector_search_metric_type';
export const BRUTE_FORCE = 'enable_brute_force_vector_search';
const NAME = '(`[^`]+`|\\w+)';
const ADD_INDEX = new RegExp(
  `^ALTER TABLE (?:${NAME}\\.)?${NAME}(?: ON CLUSTER \\S+)? ADD VECTOR INDEX (\\w+) \\S+ TYPE (\\w+)`, 'i');

export class MyScale {
  constructor(run) {
    this.run = run;
  }

  /** A statement to run in place of this one; undefined when the engine shall answer it as it is. */
  async answer(sql) {
    const index = ADD_INDEX.exec(sql);
    if (index) {
      return this.#addIndex(bareName(index[1] ?? 'default'), bareName(index[2]), index[3], index[4]);
    }
    if (/\bsystem\.vector_indices\b/.test(sql)) {
      return sql.replace(/\bsystem\.vector_indices\b/, 'default.vector_indices');
    }
    if (/\bsystem\.(merge_tree_)?settings\b/.test(sql)) {
      return sql
        .replace(/\bsystem\.merge_tree_settings\b/, withName('system.merge_tree_settings', METRIC))
        .replace(/\bsystem\.settings\b/, withName('system.settings', BRUTE_FORCE));
    }
    const bare = withoutStrings(sql);
    if (/^SELECT\b/i.test(bare) && /\bdistance(\('[^']*'\))?\(/.test(bare)) {
      await this.#refuse(sql, bare);
    }
    return undefined;
  }

  /**
   * The search as it is while the index is being built: the parts that have none yet are passed over
   * unless they are to be read whole. Here, as if every second row were in such a part.
   */
  async searched(sql, params) {
    if (params.get(BRUTE_FORCE) === '1' || !/\bdistance(\('[^']*'\))?\(/.test(withoutStrings(sql))) {
      return sql;
    }
    const from = new RegExp(`\\bFROM (?:${NAME}\\.)?${NAME}`, 'i').exec(sql);
    const building = await this.run(
      `SELECT count() FROM default.vector_indices WHERE status = 'InProgress' AND database = '${bareName(
        from[1] ?? 'default')}' AND table = '${bareName(from[2])}'`,
      'TabSeparated');
    return Number(building) > 0 ? `SELECT * FROM (${sql}) WHERE rowNumberInAllBlocks() % 2 = 1` : sql;
  }

  /** The statement without what the engine does not know: parameters of distance(), the metric's setting. */
  plain(sql) {
    return sql
      .replace(/\bdistance\('[^']*'\)\(/, 'distance(')
      .replace(new RegExp(`\\sSETTINGS ${METRIC} = 'Cosine'`), '');
  }

  /** Indices go with their tables. */
  async dropped() {
    await this.run(
      'ALTER TABLE default.vector_indices DELETE WHERE (database, table) NOT IN ' +
        '(SELECT database, name FROM system.tables) SETTINGS mutations_sync = 2',
      'Null');
  }

  /** The table that stands for system.vector_indices. */
  async prepare() {
    await this.run(
      'CREATE TABLE IF NOT EXISTS default.vector_indices (database String, table String, name String, ' +
        'type String, status String, latest_fail_reason String) ENGINE = MergeTree ORDER BY (database, table)',
      'Null');
  }

  async #addIndex(database, table, name, type) {
    if (!INDEX_TYPES.has(type.toUpperCase())) {
      throw new ClickHouseError(1001, `Unknown index type: ${type}`);
    }
    const there = await this.run(
      `SELECT count() FROM default.vector_indices WHERE database = '${database}' AND table = '${table}' AND name = '${name}'`,
      'TabSeparated');
    if (Number(there) > 0) {
      throw new ClickHouseError(36, `Cannot add vector index ${name}: this name is used`);
    }
    await this.run(
      `INSERT INTO default.vector_indices VALUES ('${database}', '${table}', '${name}', '${type}', 'Built', '')`,
      'Null');
    return 'SELECT 1 WHERE 0';
  }

  async #refuse(sql, bare) {
    // In this order, and in these words, TreeRewriter.cpp of the open-source server.
    if (!/\bLIMIT\b/i.test(bare)) {
      throw new ClickHouseError(62, 'Not support distance function without LIMIT clause');
    }
    if (!/\bORDER BY\b/i.test(bare)) {
      throw new ClickHouseError(62, 'Not support distance function without ORDER BY clause');
    }
    if (/\bORDER BY\s+\w+\s+DESC\b/i.test(bare)) {
      throw new ClickHouseError(62, "Use 'ORDER BY distance ASC' when the metric type is COSINE");
    }
    if (/\bPREWHERE\b/i.test(bare) && /\bWHERE\b/i.test(bare.replace(/\bPREWHERE\b/i, ''))) {
      throw new ClickHouseError(62, 'Not support PREWHERE and WHERE in the same query for vector search');
    }
    const vector = /\bdistance(?:\('[^']*'\))?\(\s*`?(\w+)`?\s*,\s*\[([^\]]*)\]/.exec(sql);
    if (!vector) {
      return;
    }
    const numbers = vector[2].split(',');
    if (numbers.every((number) => /^\s*-?\d+\s*$/.test(number))) {
      throw new ClickHouseError(53, 'Wrong query vector type for distance function, Array(Float32) is needed');
    }
    const from = new RegExp(`\\bFROM (?:${NAME}\\.)?${NAME}`, 'i').exec(sql);
    const length = await this.run(
      `SELECT length(\`${vector[1]}\`) FROM ${from[1] ?? 'default'}.${from[2]} LIMIT 1`, 'TabSeparated');
    if (length.length && Number(length) !== numbers.length) {
      throw new ClickHouseError(
        49, `Dimension is not equal: query: ${numbers.length} vs search column: ${Number(length)}`);
    }
  }
}

/** The statement with what stands in quotes left out, so that words in it are not read as SQL. */
function withoutStrings(sql) {
  return sql.replace(/'(?:[^'\\]|\\[\s\S])*'/g, "''");
}

/** A list of settings that knows one more. */
function withName(settings, name) {
  return `(SELECT name FROM ${settings} UNION ALL SELECT '${name}' AS name)`;
}

function bareName(name) {
  return name.replaceAll('`', '');
}
