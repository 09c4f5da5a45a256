import { and, asc, desc, eq, sql } from "drizzle-orm";
import * as z from "zod";
import { type ExperimentSummary, experimentSummarySchema, type LatestSummary } from "#contract/lists.ts";
import type { ExperimentStatus } from "#model/experiment/experiment.ts";
import type { Database } from "./database.ts";
import { experimentTable } from "./schema.ts";

/** A list names these; a whole spec is many times as long, and a thousand of them take seconds to check. */
const COLUMNS = {
  key: experimentTable.key,
  name: sql<unknown>`${experimentTable.spec} ->> '$.name'`,
  kind: sql<unknown>`${experimentTable.spec} ->> '$.kind'`,
  config: experimentTable.config,
  status: experimentTable.status,
  revision: experimentTable.revision,
  control: sql<unknown>`${experimentTable.spec} ->> '$.control'`,
  variants: sql<string>`(
    SELECT json_group_array(json_object('key', value ->> '$.key', 'version', value ->> '$.version'))
    FROM json_each(${experimentTable.spec}, '$.variants'))`,
  namespace: sql<string | null>`${experimentTable.spec} -> '$.namespace'`,
  createdAt: experimentTable.createdAt,
  updatedAt: experimentTable.updatedAt,
  startedAt: experimentTable.startedAt,
  endedAt: experimentTable.endedAt,
  latestSummary: experimentTable.latestSummary,
  owner: sql<unknown>`${experimentTable.labels} ->> '$.owner'`,
  tags: sql<string | null>`${experimentTable.labels} -> '$.tags'`,
  archivedAt: sql<unknown>`${experimentTable.labels} ->> '$.archivedAt'`,
};

/** Newest first, each with what its latest analysis said; without holdouts. */
export async function listExperiments(
  database: Database,
  filter: { status?: ExperimentStatus | undefined; config?: string | undefined } = {},
): Promise<ExperimentSummary[]> {
  const { status, config } = filter;
  const rows = await database
    .select(COLUMNS)
    .from(experimentTable)
    .where(
      and(
        eq(experimentTable.isHoldout, false),
        status === undefined ? undefined : eq(experimentTable.status, status),
        config === undefined ? undefined : eq(experimentTable.config, config),
      ),
    )
    .orderBy(desc(experimentTable.createdAt), asc(experimentTable.key));
  return z.array(experimentSummarySchema).parse(
    rows.map((row) => ({
      ...row,
      variants: JSON.parse(row.variants),
      tags: row.tags === null ? [] : JSON.parse(row.tags),
      namespace: row.namespace === null ? null : JSON.parse(row.namespace),
      latestSummary: row.latestSummary === null ? null : JSON.parse(row.latestSummary),
    })),
  );
}

/**
 * A statement for a batch: what lists show of the newest analysis, with the time since when its reason stands. An analysis
 * that is older than the one shown changes nothing.
 */
export function storeLatest(database: Database, key: string, latestSummary: LatestSummary) {
  const reasonSince = sql`CASE WHEN ${experimentTable.latestSummary} ->> '$.reason' = ${latestSummary.reason}
    THEN coalesce(${experimentTable.latestSummary} ->> '$.reasonSince', ${experimentTable.latestSummary} ->> '$.takenAt')
    ELSE ${latestSummary.takenAt} END`;
  return database
    .update(experimentTable)
    .set({ latestSummary: sql`json_set(${JSON.stringify(latestSummary)}, '$.reasonSince', ${reasonSince})` })
    .where(
      and(
        eq(experimentTable.key, key),
        sql`coalesce(${experimentTable.latestSummary} ->> '$.takenAt', 0) <= ${latestSummary.takenAt}`,
      ),
    );
}
