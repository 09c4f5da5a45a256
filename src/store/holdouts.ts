import { and, desc, eq, getTableColumns, inArray, type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import type { ShippedVersion } from "#contract/holdouts.ts";
import type { Experiment, ExperimentSpec } from "#model/experiment/experiment.ts";
import { MAXIMUM_RUNNING_HOLDOUTS } from "#model/experiment/holdout.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import { type AuditInput, recordAudit } from "./audit.ts";
import { bumpRuleset, type Database } from "./database.ts";
import { toExperiment } from "./experiment-row.ts";
import { newRow } from "./new-experiment-row.ts";
import { aiConfigTable, experimentTable, holdoutConfigTable } from "./schema.ts";

const MAXIMUM_LISTED = 200;
const MAXIMUM_SHIPPED = 500;

/** The newest holdouts, 200 at most. */
export async function listHoldouts(database: Database): Promise<Experiment[]> {
  const rows = await database
    .select()
    .from(experimentTable)
    .where(eq(experimentTable.isHoldout, true))
    .orderBy(desc(experimentTable.startedAt), experimentTable.key)
    .limit(MAXIMUM_LISTED);
  return rows.map(toExperiment);
}

/** The running holdouts with the versions that they hold on one AI config, or on all of several. */
export async function listHeldVersions(
  database: Database,
  configs: readonly string[],
): Promise<{ holdout: string; config: string; version: number }[]> {
  return database
    .select({
      holdout: holdoutConfigTable.holdout,
      config: holdoutConfigTable.config,
      version: holdoutConfigTable.version,
    })
    .from(holdoutConfigTable)
    .innerJoin(experimentTable, eq(experimentTable.key, holdoutConfigTable.holdout))
    .where(and(inArray(holdoutConfigTable.config, [...configs]), eq(experimentTable.status, "running")));
}

/** That no running holdout keeps its units on a version that an experiment has as a treatment. */
export function holdsNoTreatment({ config, control, variants }: ExperimentSpec): SQL {
  const treatments = variants.filter(({ key }) => key !== control).map(({ version }) => version);
  return sql`NOT EXISTS (
    SELECT 1 FROM holdout_config
    JOIN experiment AS holding ON holding.key = holdout_config.holdout AND holding.status = 'running'
    WHERE holdout_config.config = ${config}
      AND holdout_config.version IN (SELECT value FROM json_each(${JSON.stringify(treatments)})))`;
}

/** The live versions of AI configs; those that there are not have none. */
export async function readLiveVersions(
  database: Database,
  configs: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await database
    .select({ key: aiConfigTable.key, liveVersion: aiConfigTable.liveVersion })
    .from(aiConfigTable)
    .where(sql`${aiConfigTable.key} IN (SELECT value FROM json_each(${JSON.stringify(configs)}))`);
  return new Map(rows.map(({ key, liveVersion }) => [key, liveVersion]));
}

/** The experiments and releases on AI configs that are running or paused. */
export async function listActiveOnAny(
  database: Database,
  configs: readonly string[],
): Promise<{ experiment: string; config: string; isRelease: boolean }[]> {
  const rows = await database
    .select({
      experiment: experimentTable.key,
      config: experimentTable.config,
      isRelease: sql<number>`${experimentTable.spec} -> '$.release' IS NOT NULL`,
    })
    .from(experimentTable)
    .where(
      and(
        sql`${experimentTable.config} IN (SELECT value FROM json_each(${JSON.stringify(configs)}))`,
        inArray(experimentTable.status, ["running", "paused"]),
        eq(experimentTable.isHoldout, false),
      ),
    )
    .orderBy(experimentTable.startedAt, experimentTable.key);
  return rows.map((row) => ({ ...row, isRelease: row.isRelease === 1 }));
}

/** A holdout that is about to begin. */
export interface NewHoldout {
  /** With its AI configs and the versions that it holds there, which have to be live. */
  spec: ExperimentSpec & { holdout: NonNullable<ExperimentSpec["holdout"]> };
  metricDefinitions: MetricDefinition[];
  unitKeyId: string;
  audit: AuditInput;
}

function columnOf(row: object, name: string): unknown {
  const value: unknown = Object.entries(row).find(([key]) => key === name)?.[1];
  return typeof value === "boolean" ? Number(value) : value;
}

/**
 * Begins a holdout in one transaction, provided that its key is free, that its versions are live, that nothing is active on its AI
 * configs, no other holdout either, and that there are not too many.
 * @returns undefined where one of that is not so
 */
export async function insertHoldout(
  database: Database,
  { spec, metricDefinitions, unitKeyId, audit }: NewHoldout,
): Promise<Experiment | undefined> {
  const { key, holdout, variants } = spec;
  const configs = JSON.stringify(holdout.configs);
  const isPossible = sql`
    NOT EXISTS (SELECT 1 FROM experiment WHERE key = ${key})
    AND (SELECT COUNT(*) FROM json_each(${configs}) AS held
      JOIN ai_config ON ai_config.key = held.value ->> '$.config'
        AND ai_config.live_version = held.value ->> '$.version') = ${holdout.configs.length}
    AND NOT EXISTS (SELECT 1 FROM json_each(${configs}) AS held
      JOIN experiment ON experiment.config = held.value ->> '$.config'
        AND experiment.status IN ('running', 'paused') AND experiment.is_holdout = 0)
    AND NOT EXISTS (SELECT 1 FROM json_each(${configs}) AS held
      JOIN holdout_config ON holdout_config.config = held.value ->> '$.config'
      JOIN experiment ON experiment.key = holdout_config.holdout AND experiment.status = 'running')
    AND (SELECT COUNT(*) FROM experiment WHERE status = 'running' AND is_holdout = 1) < ${MAXIMUM_RUNNING_HOLDOUTS}`;
  const row = {
    ...newRow(spec, audit.at),
    status: "running",
    startedAt: audit.at,
    metricDefinitions: JSON.stringify(metricDefinitions),
    phases: JSON.stringify([{ startedAt: audit.at, weights: variants.map(({ weight }) => weight) }]),
    unitKeyId,
  };
  const tookEffect = sql`EXISTS (SELECT 1 FROM experiment WHERE key = ${key} AND change = ${row.change})`;
  // An insertion from a selection names all columns, in the table's order.
  const values = Object.keys(getTableColumns(experimentTable)).map((name) => sql`${columnOf(row, name)}`);
  const [, , inserted] = await database.batch([
    database.insert(experimentTable).select(sql`SELECT ${sql.join(values, sql`, `)} WHERE ${isPossible}`),
    database.insert(holdoutConfigTable).select(sql`
      SELECT value ->> '$.config', ${key}, value ->> '$.version' FROM json_each(${configs}) WHERE ${tookEffect}`),
    database
      .select()
      .from(experimentTable)
      .where(and(eq(experimentTable.key, key), eq(experimentTable.change, row.change))),
    recordAudit(database, audit, tookEffect),
    ...holdout.configs.flatMap(({ config }) =>
      bumpRuleset(database, { config, experiment: key }, tookEffect),
    ),
  ]);
  return inserted[0] && toExperiment(inserted[0]);
}

const shippedRowsSchema = z.array(
  z.strictObject({
    at: z.int(),
    config: z.string(),
    from: z.int(),
    to: z.int(),
    experiment: z.string().nullable(),
    origin: z.string().nullable(),
    actor: z.string(),
    reason: z.string(),
  }),
);

/**
 * The versions that became live on AI configs in a stretch of time, oldest first.
 * @param from, until epoch milliseconds
 */
export async function listShipped(
  database: Database,
  configs: readonly string[],
  from: number,
  until: number,
): Promise<ShippedVersion[]> {
  const rows = await database.all(sql`
    SELECT
      audit.at AS at, wanted.value AS config, audit.details ->> '$.from' AS "from", audit.details ->> '$.to' AS "to",
      audit.details ->> '$.experiment' AS experiment, experiment.spec ->> '$.release.origin' AS origin,
      audit.actor AS actor, audit.reason AS reason
    FROM json_each(${JSON.stringify(configs)}) AS wanted
    CROSS JOIN audit ON audit.subject = 'config:' || wanted.value AND audit.action = 'config.set_live'
      AND audit.at BETWEEN ${from} AND ${until}
      AND audit.details ->> '$.from' <> audit.details ->> '$.to'
    LEFT JOIN experiment ON experiment.key = audit.details ->> '$.experiment'
    ORDER BY audit.id LIMIT ${MAXIMUM_SHIPPED}`);
  return shippedRowsSchema.parse(rows);
}
