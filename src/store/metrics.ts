import { asc, eq, sql } from "drizzle-orm";
import { type MetricDefinition, metricDefinitionSchema } from "#model/metric/metric.ts";
import { err, ok, type Result } from "#shared/result.ts";
import { type Act, recordAudit } from "./audit.ts";
import { bumpRuleset, type Database, parseStored } from "./database.ts";
import { isTaken } from "./database-failure.ts";
import { metricTable } from "./schema.ts";

/** All of them, also those that are archived. */
export async function listMetrics(database: Database): Promise<MetricDefinition[]> {
  const rows = await database.select().from(metricTable).orderBy(asc(metricTable.key));
  return rows.map((row) => parseStored(metricDefinitionSchema, row.definition));
}

export async function findMetric(database: Database, key: string): Promise<Result<MetricDefinition>> {
  const row = await database.select().from(metricTable).where(eq(metricTable.key, key)).get();
  return row
    ? ok(parseStored(metricDefinitionSchema, row.definition))
    : err("metric_not_found", `There is no metric '${key}'.`);
}

/** Edges hold all of them. */
export const MAXIMUM_METRICS = 1_000;

/** Adds a metric. */
export async function createMetric(
  database: Database,
  metric: MetricDefinition,
  { actor, now }: Act,
): Promise<Result<MetricDefinition>> {
  const { key } = metric;
  const isAdded = sql`EXISTS (SELECT 1 FROM metric WHERE key = ${key})`;
  try {
    const [added] = await database.batch([
      database
        .insert(metricTable)
        // One that is there already is refused by its key, however many there are.
        .select(sql`
          SELECT ${key}, ${JSON.stringify(metric)}, NULL
          WHERE (SELECT COUNT(*) FROM metric) < ${MAXIMUM_METRICS} OR ${isAdded}`)
        .returning({ key: metricTable.key }),
      recordAudit(database, { at: now, actor, action: "metric.create", subject: `metric:${key}` }, isAdded),
      ...bumpRuleset(database, "metrics", isAdded),
    ]);
    return added.length > 0
      ? ok(metric)
      : err("limit_reached", `An installation has at most ${MAXIMUM_METRICS} metrics.`);
  } catch (cause) {
    if (isTaken(cause, "metric.key")) return err("already_exists", `There already is a metric '${key}'.`);
    throw cause;
  }
}

/** Replaces a metric's definition. Experiments that have started keep the one they started with. */
export async function replaceMetric(
  database: Database,
  metric: MetricDefinition,
  { actor, now }: Act,
): Promise<Result<MetricDefinition>> {
  const { key } = metric;
  const exists = sql`EXISTS (SELECT 1 FROM metric WHERE key = ${key})`;
  const [, replaced] = await database.batch([
    // Before the change, because it tells what was there.
    recordAudit(
      database,
      {
        at: now,
        actor,
        action: "metric.replace",
        subject: `metric:${key}`,
        details: sql`(SELECT json_object('before', json(definition)) FROM metric WHERE key = ${key})`,
      },
      exists,
    ),
    database
      .update(metricTable)
      .set({ definition: JSON.stringify(metric) })
      .where(eq(metricTable.key, key))
      .returning({ key: metricTable.key }),
    ...bumpRuleset(database, "metrics", exists),
  ]);
  return replaced.length > 0 ? ok(metric) : err("metric_not_found", `There is no metric '${key}'.`);
}
