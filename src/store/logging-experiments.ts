import { desc, isNotNull, type SQL, sql } from "drizzle-orm";
import type { Experiment } from "#model/experiment/experiment.ts";
import type { Database } from "./database.ts";
import { toExperiment } from "./experiment-row.ts";
import { experimentTable } from "./schema.ts";

/**
 * Experiments that may have logged something, those first that have been logging most recently. Without holdouts, whose events are
 * those of experiments once more.
 */
export async function listLoggingExperiments(database: Database, limit: number): Promise<Experiment[]> {
  // Keys first, from an index: sorting whole rows would read every specification that there is.
  const newest = (part: SQL) => sql`
    SELECT key FROM (
      SELECT key FROM experiment WHERE started_at IS NOT NULL AND is_holdout = 0 AND ${part}
      ORDER BY ended_at DESC, started_at DESC LIMIT ${limit})`;
  const rows = await database
    .select()
    .from(experimentTable)
    .where(sql`key IN (${newest(sql`ended_at IS NULL`)} UNION ALL ${newest(sql`ended_at IS NOT NULL`)})`)
    .orderBy(sql`ended_at IS NULL DESC`, desc(experimentTable.endedAt), desc(experimentTable.startedAt))
    .limit(limit);
  return rows.map(toExperiment);
}

/** All experiments that were ever started, holdouts too. */
export async function listStartedExperiments(database: Database): Promise<Experiment[]> {
  const rows = await database.select().from(experimentTable).where(isNotNull(experimentTable.startedAt));
  return rows.map(toExperiment);
}
