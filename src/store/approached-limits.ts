import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import * as z from "zod";
import { MAXIMUM_EXCLUSIONS } from "#model/experiment/exclusion.ts";
import { MAXIMUM_OVERRIDES } from "#model/experiment/override.ts";
import { maximumPhases } from "#model/experiment/phase-limit.ts";
import { metricTypeSchema } from "#model/metric/metric.ts";
import type { LimitName } from "#model/webhook/message.ts";
import { type Database, type Databases, MAXIMUM_DATABASE_BYTES, readDatabaseBytes } from "./database.ts";
import { MAXIMUM_KEYS } from "./keys.ts";
import { MAXIMUM_METRICS } from "./metrics.ts";
import { apiKeyTable, approachedLimitTable, experimentTable, metricTable } from "./schema.ts";
import { type OutgoingMessage, putMessage } from "./webhook-outbox.ts";

/** How much of a limit is used. */
export interface LimitUse {
  limit: LimitName;
  /** Whose limit it is; empty for the installation. */
  subject: string;
  used: number;
  maximum: number;
}

/** So many experiments are looked at, those that use the most. */
const MAXIMUM_MEASURED = 200;

const lengthsSchema = z.array(z.strictObject({ key: z.string(), used: z.int() }));

const phasesSchema = z.array(
  z.strictObject({
    key: z.string(),
    used: z.int(),
    variants: z.int(),
    metrics: z
      .string()
      .transform((text) => JSON.parse(text))
      .pipe(z.array(z.strictObject({ type: metricTypeSchema, distribution: z.coerce.boolean() }))),
  }),
);

const isActive = inArray(experimentTable.status, ["running", "paused"]);

function longest(database: Database, column: "overrides" | "exclusions") {
  const used = sql<unknown>`json_array_length(${experimentTable[column]})`;
  return database
    .select({ key: experimentTable.key, used })
    .from(experimentTable)
    .where(and(isActive, sql`${used} > 0`))
    .orderBy(sql`${used} DESC`)
    .limit(MAXIMUM_MEASURED);
}

function mostPhases(database: Database) {
  const used = sql<unknown>`json_array_length(${experimentTable.phases})`;
  return database
    .select({
      key: experimentTable.key,
      used,
      variants: sql<unknown>`json_array_length(${experimentTable.spec}, '$.variants')`,
      metrics: sql<unknown>`(
        SELECT json_group_array(json_object('type', value ->> '$.type', 'distribution', coalesce(value ->> '$.distribution', 0)))
        FROM json_each(${experimentTable.metricDefinitions}))`,
    })
    .from(experimentTable)
    .where(and(isActive, sql`${used} > 1`))
    .orderBy(sql`${used} DESC`)
    .limit(MAXIMUM_MEASURED);
}

/** What is used of the limits that an installation grows into. @param maximum those that are known elsewhere */
export async function measureLimits(
  { database, eventLog }: Databases,
  maximum: { runningExperiments: number; experimentsOfConfig: number },
): Promise<LimitUse[]> {
  const number = sql<number>`COUNT(*)`;
  const [mainBytes, logBytes, [running, ofConfigs, keys, metrics, overrides, exclusions, phases]] =
    await Promise.all([
      readDatabaseBytes(database),
      readDatabaseBytes(eventLog),
      database.batch([
        database.select({ number }).from(experimentTable).where(eq(experimentTable.status, "running")),
        database
          .select({ key: experimentTable.config, used: sql<unknown>`COUNT(*)` })
          .from(experimentTable)
          .where(isActive)
          .groupBy(experimentTable.config)
          .orderBy(sql`COUNT(*) DESC`)
          .limit(MAXIMUM_MEASURED),
        database.select({ number }).from(apiKeyTable).where(isNull(apiKeyTable.revokedAt)),
        database.select({ number }).from(metricTable),
        longest(database, "overrides"),
        longest(database, "exclusions"),
        mostPhases(database),
      ]),
    ]);
  const of = (limit: LimitName, subject: string, used: number, most: number): LimitUse => ({
    ...{ limit, subject, used, maximum: most },
  });
  const each = (limit: LimitName, rows: unknown, most: number) =>
    lengthsSchema.parse(rows).map(({ key, used }) => of(limit, key, used, most));
  return [
    of("database_bytes", "main", mainBytes, MAXIMUM_DATABASE_BYTES),
    of("database_bytes", "log", logBytes, MAXIMUM_DATABASE_BYTES),
    of("running_experiments", "", running[0]?.number ?? 0, maximum.runningExperiments),
    of("api_keys", "", keys[0]?.number ?? 0, MAXIMUM_KEYS),
    of("metrics", "", metrics[0]?.number ?? 0, MAXIMUM_METRICS),
    ...each("experiments_of_config", ofConfigs, maximum.experimentsOfConfig),
    ...each("overrides", overrides, MAXIMUM_OVERRIDES),
    ...each("exclusions", exclusions, MAXIMUM_EXCLUSIONS),
    ...phasesSchema
      .parse(phases)
      .map(({ key, used, variants, metrics: definitions }) =>
        of("phases", key, used, maximumPhases(variants, definitions)),
      ),
  ];
}

/** The limits that were told and are not far enough away again, as `limit:subject`. */
export async function listApproached(database: Database): Promise<Set<string>> {
  const rows = await database.select().from(approachedLimitTable);
  return new Set(rows.map(({ name, subject }) => `${name}:${subject}`));
}

/** Tells that a limit is nearly reached, and remembers it, in one transaction. @param now epoch milliseconds */
export async function noteApproached(
  database: Database,
  { limit, subject }: LimitUse,
  message: OutgoingMessage,
  now: number,
): Promise<void> {
  const isNew = sql`NOT EXISTS (
    SELECT 1 FROM approached_limit WHERE name = ${limit} AND subject = ${subject})`;
  await database.batch([
    putMessage(database, message, isNew),
    database.insert(approachedLimitTable).values({ name: limit, subject, since: now }).onConflictDoNothing(),
  ]);
}

/** Forgets all that was told but these, so that it is told again when it comes near again. @param kept as `limit:subject` */
export async function forgetApproached(database: Database, kept: readonly string[]): Promise<void> {
  const name = sql`${approachedLimitTable.name} || ':' || ${approachedLimitTable.subject}`;
  await database
    .delete(approachedLimitTable)
    .where(sql`${name} NOT IN (SELECT value FROM json_each(${JSON.stringify(kept)}))`);
}
