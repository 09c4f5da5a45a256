import { and, desc, eq, inArray, sql } from "drizzle-orm";
import * as z from "zod";
import { type LatestSummary, latestSummarySchema } from "#contract/lists.ts";
import { type NotableDecision, notableDecisionSchema, overviewSchema } from "#contract/overview.ts";
import { decisionSchema } from "#model/analysis/decision.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { epochMillisecondsSchema } from "#model/identifiers.ts";
import { type Database, parseStored } from "./database.ts";
import { toExperiment } from "./experiment-row.ts";
import { experimentTable } from "./schema.ts";

const MILLISECONDS_PER_DAY = 86_400_000;
const NOTABLE_DECISIONS = 10;

/** How many points the growth of an experiment's units is thinned to. */
const TRAFFIC_POINTS = 47;

const NOTHING = { draft: 0, running: 0, paused: 0, promoted: 0, rolled_back: 0, stopped: 0 };

const activitySchema = z.strictObject({
  experiment: z.string(),
  units: z.int(),
  events: z.int(),
  lastEventAt: epochMillisecondsSchema.nullable(),
  takenAt: epochMillisecondsSchema.nullable(),
  /** As of the newest analysis that was a day or more before the newest; null when there is none. */
  earlierUnits: z.int().nullable(),
  earlierAt: epochMillisecondsSchema.nullable(),
  heldSince: epochMillisecondsSchema.nullable(),
  pausedAt: epochMillisecondsSchema.nullable(),
});
export type StoredActivity = z.infer<typeof activitySchema>;

const trafficRowSchema = z.strictObject({
  experiment: z.string(),
  at: epochMillisecondsSchema,
  units: z.int().nonnegative(),
});

export async function countByStatus(database: Database): Promise<z.infer<typeof overviewSchema>["counts"]> {
  const rows = await database
    .select({ status: experimentTable.status, experiments: sql<number>`COUNT(*)` })
    .from(experimentTable)
    .where(eq(experimentTable.isHoldout, false))
    .groupBy(experimentTable.status);
  const counts = Object.fromEntries(rows.map(({ status, experiments }) => [status, experiments]));
  return overviewSchema.shape.counts.parse({ ...NOTHING, ...counts });
}

/** Running and paused experiments with their newest readings, newest start first. */
export async function readActive(
  database: Database,
): Promise<{ experiment: Experiment; latestSummary: LatestSummary | null }[]> {
  const rows = await database
    .select()
    .from(experimentTable)
    .where(and(inArray(experimentTable.status, ["running", "paused"]), eq(experimentTable.isHoldout, false)))
    .orderBy(desc(experimentTable.startedAt), experimentTable.key);
  return rows.map((row) => ({
    experiment: toExperiment(row),
    latestSummary: row.latestSummary === null ? null : parseStored(latestSummarySchema, row.latestSummary),
  }));
}

/** What the stored decisions and the audit tell of every active experiment: a few look-ups each, however long it runs. */
export async function readActivity(database: Database): Promise<StoredActivity[]> {
  const rows = await database.all(sql`
    SELECT
      active.key AS experiment,
      coalesce(newest.units, 0) AS units,
      coalesce(newest.events, 0) AS events,
      newest.last_event_at AS lastEventAt,
      newest.taken_at AS takenAt,
      earlier.units AS earlierUnits,
      earlier.taken_at AS earlierAt,
      (
        SELECT MAX(taken_at) FROM decision INDEXED BY decision_notable_of_experiment
        WHERE decision.experiment = active.key AND is_notable = 1
      ) AS heldSince,
      (
        SELECT at FROM audit
        WHERE subject = 'experiment:' || active.key AND action = 'experiment.pause'
        ORDER BY id DESC LIMIT 1
      ) AS pausedAt
    FROM experiment AS active
    LEFT JOIN decision AS newest ON newest.experiment = active.key
      AND newest.taken_at = (SELECT MAX(taken_at) FROM decision WHERE decision.experiment = active.key)
    LEFT JOIN decision AS earlier ON earlier.experiment = active.key
      AND earlier.taken_at = (
        SELECT MAX(taken_at) FROM decision
        WHERE decision.experiment = active.key AND taken_at <= newest.taken_at - ${MILLISECONDS_PER_DAY})
    WHERE active.status IN ('running', 'paused') AND active.is_holdout = 0`);
  return z.array(activitySchema).parse(rows);
}

/**
 * How the units of every active experiment grew: the newest decision of each of equally long stretches since the start.
 * Every stretch is one look-up by primary key, so that a month of analyses costs no more than an hour.
 */
export async function readTraffic(
  database: Database,
  now: number,
): Promise<z.infer<typeof trafficRowSchema>[]> {
  const rows = await database.all(sql`
    WITH RECURSIVE stretch (number) AS (
      SELECT 1 UNION ALL SELECT number + 1 FROM stretch WHERE number < ${TRAFFIC_POINTS}
    )
    SELECT DISTINCT point.experiment AS experiment, point.taken_at AS at, point.units AS units
    FROM experiment AS active
    CROSS JOIN stretch
    JOIN decision AS point ON point.experiment = active.key
      AND point.taken_at = (
        SELECT MAX(taken_at) FROM decision
        WHERE decision.experiment = active.key
          AND taken_at <= active.started_at + (${now} - active.started_at) * stretch.number / ${TRAFFIC_POINTS})
    WHERE active.status IN ('running', 'paused') AND active.is_holdout = 0
    ORDER BY point.experiment, point.taken_at`);
  return z.array(trafficRowSchema).parse(rows);
}

const notableRowSchema = notableDecisionSchema
  .omit({ action: true, variant: true, reason: true })
  .extend({ decision: z.string() });

/** Decisions of all experiments that changed something or ask for a person, newest first. */
export async function listNotableDecisions(database: Database): Promise<NotableDecision[]> {
  const rows = await database.all(sql`
    SELECT
      decision.experiment AS experiment, experiment.spec ->> '$.name' AS name, decision.taken_at AS takenAt,
      decision.source AS source, decision.decision AS decision, decision.summary AS summary
    FROM decision
    JOIN experiment ON experiment.key = decision.experiment
    WHERE decision.is_notable = 1
    ORDER BY decision.taken_at DESC
    LIMIT ${NOTABLE_DECISIONS}`);
  return z
    .array(notableRowSchema)
    .parse(rows)
    .map(({ decision: stored, ...row }) => {
      const { action, variant, reason } = parseStored(decisionSchema, stored);
      return { ...row, action, variant, reason: reason.code };
    });
}
