/**
 * The store that scales past one machine: MyScale or stock ClickHouse over HTTP, one code path, two
 * {@linkplain io.vde.store.clickhouse.Dialect dialects}.
 */
package io.vde.store.clickhouse;
