import { env } from "cloudflare:workers";
import { getTableColumns, getTableName, is } from "drizzle-orm";
import { SQLiteTable } from "drizzle-orm/sqlite-core";
import { describe, expect, it } from "vitest";
import { metricDefinitionSchema } from "#model/metric/metric.ts";
import { openDatabase } from "#store/database.ts";
import { listMetrics } from "#store/metrics.ts";
import * as schema from "#store/schema.ts";

const tables = Object.values(schema).filter((table) => is(table, SQLiteTable));

describe("the store", () => {
  it.each(tables.map((table) => [getTableName(table), table] as const))(
    "declares %s as the migrations create it",
    async (name, table) => {
      const columnsIn = async (database: D1Database) =>
        (
          await database
            .prepare('SELECT name, type, "notnull", pk FROM pragma_table_info(?)')
            .bind(name)
            .all()
        ).results;
      const inDatabase = await columnsIn(env.DB);
      const results = inDatabase.length > 0 ? inDatabase : await columnsIn(env.LOG);
      const created = results.map(({ name: column, type, notnull, pk }) => ({
        column,
        type,
        required: notnull === 1 || pk !== 0,
      }));
      const declared = Object.values(getTableColumns(table)).map((column) => ({
        column: column.name,
        type: column.getSQLType().toUpperCase(),
        required: column.notNull || column.primary,
      }));
      expect(declared).toEqual(created);
    },
  );

  it("ships built-in metrics that fit their schema", async () => {
    const metrics = await listMetrics(openDatabase(env.DB));
    expect(metrics.map(({ key }) => key)).toContain("task_success");
    for (const metric of metrics) expect(metricDefinitionSchema.parse(metric)).toEqual(metric);
  });
});
