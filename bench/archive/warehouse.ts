import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parquetReadObjects } from "hyparquet";
import { z } from "zod";

/** Of one variant and metric, as others read them from the archive. */
export interface Sums {
  events: number;
  sum: number;
}

/** What the archive says of an experiment. */
export interface WarehouseAnswer {
  reader: string;
  /** By variant. */
  units: Record<string, number>;
  /** By variant and metric. */
  sums: Record<string, Sums>;
}

interface DuckDbConnection {
  runAndReadAll(query: string): Promise<{ getRowObjectsJson(): unknown[] }>;
}
interface DuckDb {
  DuckDBInstance: { create(path: string): Promise<{ connect(): Promise<DuckDbConnection> }> };
}

/** No dependency of the project, as it is 70 MB: `npm install --no-save @duckdb/node-api`. */
const DUCKDB: string = "@duckdb/node-api";
const duckDbSchema = z.custom<DuckDb>(
  (loaded) => z.object({ DuckDBInstance: z.function() }).safeParse(loaded).success,
);

const unitRowsSchema = z.array(z.object({ variation_id: z.string(), units: z.coerce.number() }));
const sumRowsSchema = z.array(
  z.object({
    variation_id: z.string(),
    metric: z.string(),
    events: z.coerce.number(),
    total: z.coerce.number(),
  }),
);

/** The two queries of docs/archive.md. */
async function askDuckDb({ DuckDBInstance }: DuckDb, folder: string): Promise<WarehouseAnswer> {
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  const rowsOf = async (query: string) => (await connection.runAndReadAll(query)).getRowObjectsJson();
  const tableOf = (name: string) => `read_parquet('${join(folder, name)}/*/*.parquet')`;
  const units = unitRowsSchema.parse(
    await rowsOf(`
      SELECT variation_id, count(*) AS units FROM (
        SELECT unit, min(variation_id) AS variation_id FROM ${tableOf("exposures")}
        WHERE NOT is_returning GROUP BY unit HAVING count(DISTINCT variation_id) = 1)
      GROUP BY variation_id`),
  );
  const sums = sumRowsSchema.parse(
    await rowsOf(`
      SELECT variation_id, metric, count(*) AS events, sum(value) AS total FROM ${tableOf("outcomes")}
      WHERE NOT is_returning GROUP BY variation_id, metric`),
  );
  return {
    reader: "DuckDB",
    units: Object.fromEntries(units.map((row) => [row.variation_id, row.units])),
    sums: Object.fromEntries(
      sums.map((row) => [`${row.variation_id}/${row.metric}`, { events: row.events, sum: row.total }]),
    ),
  };
}

const exposureSchema = z.object({ unit: z.string(), variation_id: z.string() });
const outcomeSchema = z.object({ variation_id: z.string(), metric: z.string(), value: z.number() });

/** The same, where DuckDB is not installed. */
async function askHyparquet(folder: string, keys: readonly string[]): Promise<WarehouseAnswer> {
  const variants = new Map<string, string>();
  const sums: Record<string, Sums> = {};
  for (const key of keys) {
    if (key.startsWith("log/")) continue;
    const file = Uint8Array.from(await readFile(join(folder, key))).buffer;
    for (const row of await parquetReadObjects({ file })) {
      if (key.startsWith("exposures/")) {
        const { unit, variation_id: variant } = exposureSchema.parse(row);
        variants.set(unit, variant);
        continue;
      }
      const { variation_id: variant, metric, value } = outcomeSchema.parse(row);
      const name = `${variant}/${metric}`;
      const { events, sum } = sums[name] ?? { events: 0, sum: 0 };
      sums[name] = { events: events + 1, sum: sum + value };
    }
  }
  const units: Record<string, number> = {};
  for (const variant of variants.values()) units[variant] = (units[variant] ?? 0) + 1;
  return { reader: "hyparquet", units, sums };
}

/** Reads an archive of one experiment as others would. @param folder with its objects under their keys */
export async function askWarehouse(folder: string, keys: readonly string[]): Promise<WarehouseAnswer> {
  const loaded: unknown = await import(DUCKDB).catch(() => undefined);
  const duckDb = duckDbSchema.safeParse(loaded);
  return duckDb.success ? askDuckDb(duckDb.data, folder) : askHyparquet(folder, keys);
}
