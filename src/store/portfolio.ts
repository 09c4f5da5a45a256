import { and, desc, inArray, sql } from "drizzle-orm";
import * as z from "zod";
import { latestSummarySchema } from "#contract/lists.ts";
import {
  conclusionSchema,
  experimentKindSchema,
  experimentStatusSchema,
} from "#model/experiment/experiment.ts";
import { labelsSchema } from "#model/experiment/labels.ts";
import { type Database, parseStored } from "./database.ts";
import { experimentTable } from "./schema.ts";

/** Older ones are left out: an answer has to end. */
const MAXIMUM_EXPERIMENTS = 1_000;

const rowSchema = z.object({
  key: z.string(),
  name: z.string(),
  kind: experimentKindSchema,
  config: z.string(),
  control: z.string(),
  startedAt: z.int(),
  endedAt: z.int(),
});

/** An ended experiment as its row tells it. */
export type EndedRow = z.infer<typeof rowSchema> & {
  conclusion: z.infer<typeof conclusionSchema>;
  labels: z.infer<typeof labelsSchema>;
  latestSummary: z.infer<typeof latestSummarySchema> | null;
};

/** The stages of a release are no experiments of their own, and a holdout is none. */
const IS_OF_ITS_OWN = sql`${experimentTable.spec} -> '$.release' IS NULL AND ${experimentTable.isHoldout} = 0`;

const hasTag = (tag: string | undefined) =>
  tag === undefined
    ? undefined
    : sql`EXISTS (SELECT 1 FROM json_each(${experimentTable.labels}, '$.tags') WHERE value = ${tag})`;

/** All ended experiments, the newest first, and how many there are of each status. @param tag only those that have it */
export async function readPortfolioRows(
  database: Database,
  tag: string | undefined,
): Promise<{ ended: EndedRow[]; statuses: Partial<Record<z.infer<typeof experimentStatusSchema>, number>> }> {
  const { key, config, startedAt, endedAt, status, conclusion, labels, latestSummary, spec } =
    experimentTable;
  const [rows, counts] = await database.batch([
    database
      .select({
        key,
        config,
        startedAt,
        endedAt,
        conclusion,
        labels,
        latestSummary,
        name: sql<unknown>`${spec} ->> '$.name'`,
        kind: sql<unknown>`${spec} ->> '$.kind'`,
        control: sql<unknown>`${spec} ->> '$.control'`,
      })
      .from(experimentTable)
      .where(and(inArray(status, ["promoted", "rolled_back", "stopped"]), IS_OF_ITS_OWN, hasTag(tag)))
      .orderBy(desc(endedAt))
      .limit(MAXIMUM_EXPERIMENTS),
    database
      .select({ status, experiments: sql<number>`COUNT(*)` })
      .from(experimentTable)
      .where(and(IS_OF_ITS_OWN, hasTag(tag)))
      .groupBy(status),
  ]);
  return {
    ended: rows.map((row) => ({
      ...rowSchema.parse(row),
      conclusion: parseStored(conclusionSchema, row.conclusion ?? ""),
      labels: parseStored(labelsSchema, row.labels),
      latestSummary: row.latestSummary === null ? null : parseStored(latestSummarySchema, row.latestSummary),
    })),
    statuses: Object.fromEntries(
      counts.map((row) => [experimentStatusSchema.parse(row.status), row.experiments]),
    ),
  };
}
