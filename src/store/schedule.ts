import { and, eq, isNotNull, sql } from "drizzle-orm";
import * as z from "zod";
import { switchedOffVariantSchema } from "#model/experiment/experiment.ts";
import { epochMillisecondsSchema } from "#model/identifiers.ts";
import { type Database, parseStored } from "./database.ts";
import { experimentTable } from "./schema.ts";

const runningExperimentSchema = z.strictObject({
  key: z.string(),
  analyzedAt: epochMillisecondsSchema.nullable(),
  analysisIntervalSeconds: z.int(),
  /** Of its newest stored look. */
  latestTakenAt: epochMillisecondsSchema.nullable(),
});
/** What the schedule has to know of a running experiment. */
export type RunningExperiment = z.infer<typeof runningExperimentSchema>;

/** All running experiments, without their specifications: checking a thousand of those takes seconds. */
export async function listRunning(database: Database): Promise<RunningExperiment[]> {
  const rows = await database
    .select({
      key: experimentTable.key,
      analyzedAt: experimentTable.analyzedAt,
      analysisIntervalSeconds: sql<unknown>`${experimentTable.spec} ->> '$.analysisIntervalSeconds'`,
      latestTakenAt: sql<unknown>`${experimentTable.latestSummary} ->> '$.takenAt'`,
    })
    .from(experimentTable)
    .where(eq(experimentTable.status, "running"));
  return z.array(runningExperimentSchema).parse(rows);
}

/** The keys of paused experiments whose totals wait to be counted anew: those that run are rebuilt when they are looked at. */
export async function listPausedPendingRebuild(database: Database): Promise<string[]> {
  const { key, status, rebuildPendingSince } = experimentTable;
  const rows = await database
    .select({ key })
    .from(experimentTable)
    .where(and(eq(status, "paused"), isNotNull(rebuildPendingSince)));
  return rows.map((row) => row.key);
}

/** Those of these experiments that are active, with the treatments that have left them. */
export async function listServedTreatments(
  database: Database,
  experiments: readonly string[],
): Promise<{ experiment: string; switchedOff: string[] }[]> {
  const rows = await database
    .select({ experiment: experimentTable.key, switchedOff: experimentTable.switchedOff })
    .from(experimentTable)
    .where(sql`
      ${experimentTable.key} IN (SELECT value FROM json_each(${JSON.stringify(experiments)}))
      AND ${experimentTable.status} IN ('running', 'paused')`);
  return rows.map(({ experiment, switchedOff }) => ({
    experiment,
    switchedOff: parseStored(z.array(switchedOffVariantSchema), switchedOff).map(({ variant }) => variant),
  }));
}
