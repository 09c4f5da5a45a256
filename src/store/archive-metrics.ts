import { eq, isNotNull, sql } from "drizzle-orm";
import type { MetricDefinition } from "#model/metric/metric.ts";
import { err, ok, type Result } from "#shared/result.ts";
import { type Act, recordAudit } from "./audit.ts";
import { bumpRuleset, type Database } from "./database.ts";
import { findMetric } from "./metrics.ts";
import { metricTable } from "./schema.ts";

/** The keys of all metrics that are archived. */
export async function listArchivedMetrics(database: Database): Promise<string[]> {
  const rows = await database
    .select({ key: metricTable.key })
    .from(metricTable)
    .where(isNotNull(metricTable.archivedAt));
  return rows.map(({ key }) => key);
}

/** Whether an experiment or holdout has it, of those of which a condition holds. */
function isUsed(key: string, ofExperiment = sql`1`) {
  return sql`EXISTS (
    SELECT 1 FROM experiment, json_each(experiment.spec, '$.metrics') AS named
    WHERE ${ofExperiment} AND named.value ->> '$.metric' = ${key})`;
}

/** Whether another metric is computed from what is logged under its key. */
function isPart(key: string) {
  return sql`EXISTS (
    SELECT 1 FROM metric AS other WHERE other.key <> ${key} AND ${key} IN (
      other.definition ->> '$.numerator', other.definition ->> '$.denominator', other.definition ->> '$.source'))`;
}

/**
 * Hides a metric from lists, or shows it again. What is logged of it is taken as before, so edges are told nothing. What is archived
 * already keeps its time.
 */
export async function archiveMetric(
  database: Database,
  key: string,
  archived: boolean,
  { actor, now }: Act,
): Promise<Result<MetricDefinition>> {
  const active = sql`experiment.status IN ('running', 'paused')`;
  const isOther = archived
    ? sql`archived_at IS NULL AND NOT ${isUsed(key, active)}`
    : sql`archived_at IS NOT NULL`;
  const applies = sql`key = ${key} AND ${isOther}`;
  const action = archived ? "metric.archive" : "metric.unarchive";
  await database.batch([
    recordAudit(
      database,
      { at: now, actor, action, subject: `metric:${key}` },
      sql`EXISTS (SELECT 1 FROM metric WHERE ${applies})`,
    ),
    database
      .update(metricTable)
      .set({ archivedAt: archived ? now : null })
      .where(applies),
  ]);
  const found = await findMetric(database, key);
  if (!(found.ok && archived)) return found;
  return (await listArchivedMetrics(database)).includes(key)
    ? found
    : err("metric_in_use", "An active experiment or holdout has this metric: end it first.");
}

/** Deletes a metric if nothing has ever used it: then no record names it. */
export async function deleteMetric(
  database: Database,
  key: string,
  { actor, now }: Act,
): Promise<Result<MetricDefinition>> {
  const found = await findMetric(database, key);
  if (!found.ok) return found;
  const applies = sql`EXISTS (SELECT 1 FROM metric WHERE key = ${key})
    AND NOT ${isUsed(key)} AND NOT ${isPart(key)}`;
  const details = { before: found.value };
  const [, , , , rows] = await database.batch([
    recordAudit(
      database,
      { at: now, actor, action: "metric.delete", subject: `metric:${key}`, details },
      applies,
    ),
    ...bumpRuleset(database, "metrics", applies),
    database
      .delete(metricTable)
      .where(sql`${eq(metricTable.key, key)} AND ${applies}`)
      .returning({ key: metricTable.key }),
  ]);
  const [deleted] = rows;
  return deleted
    ? ok(found.value)
    : err(
        "metric_in_use",
        "An experiment or a holdout has had this metric, or another metric is made of it: archive it instead.",
      );
}
