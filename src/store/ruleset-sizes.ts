import { sql } from "drizzle-orm";
import * as z from "zod";
import type { Database } from "./database.ts";
import { experimentsTakingData, SERVED_VERSIONS } from "./ruleset-parts.ts";
import { revisionIn, revisionStatement } from "./rulesets.ts";

const EXPERIMENT_BYTES = `
  octet_length(experiment.spec) + octet_length(experiment.metric_definitions) + octet_length(experiment.phases)`;

/** The bytes of JSON that the AI configs of `?1` hold at the moment `?2`. Lengths are read without the texts. */
const PART_BYTES = `
  SELECT config, sum(bytes) AS bytes FROM (
    SELECT stored.config AS config, octet_length(stored.value) AS bytes
    FROM (${SERVED_VERSIONS}) AS served
    CROSS JOIN ai_config_version AS stored
      ON stored.config = served.config AND stored.version = served.version
    UNION ALL
    ${experimentsTakingData(`wanted.value AS config, ${EXPERIMENT_BYTES} AS bytes`)}
  ) GROUP BY config`;

/** The keys of all AI configs as a JSON array; null where there are more of them, or more active experiments, than so many. */
const keysOfAll = (maximumConfigs: number, maximumExperiments: number) => `
  SELECT CASE
    WHEN (SELECT COUNT(*) FROM (SELECT 1 FROM ai_config LIMIT ${maximumConfigs + 1})) > ${maximumConfigs} THEN NULL
    WHEN (
      SELECT COUNT(*) FROM (
        SELECT 1 FROM experiment WHERE status IN ('running', 'paused') LIMIT ${maximumExperiments + 1})
    ) > ${maximumExperiments} THEN NULL
    ELSE (SELECT json_group_array(key) FROM ai_config)
  END`;

const sizesSchema = z.array(z.strictObject({ config: z.string(), bytes: z.int() }));
const keysSchema = z.array(z.strictObject({ key: z.string() }));

function toSizes(results: unknown): ReadonlyMap<string, number> {
  return new Map(sizesSchema.parse(results).map(({ config, bytes }) => [config, bytes]));
}

/** How many bytes each of these AI configs holds with all that it hands out; those that there are not have no size. */
export async function readPartSizes(
  session: D1DatabaseSession,
  configs: readonly string[],
  now: number,
): Promise<ReadonlyMap<string, number>> {
  const { results } = await session.prepare(PART_BYTES).bind(JSON.stringify(configs), now).run();
  return toSizes(results);
}

/**
 * The same of all AI configs, at one revision.
 * @returns no sizes where there are more AI configs, or more active experiments, than so many
 */
export async function readAllPartSizes(
  session: D1DatabaseSession,
  maximum: { configs: number; experiments: number },
  now: number,
): Promise<{ revision: number; sizes: ReadonlyMap<string, number> | undefined }> {
  const keys = keysOfAll(maximum.configs, maximum.experiments);
  const [current, counted, sized] = await session.batch([
    revisionStatement(session),
    session.prepare(`SELECT (${keys}) IS NOT NULL AS isSmall`),
    session.prepare(PART_BYTES.replaceAll("?1", `(${keys})`).replaceAll("?2", "?1")).bind(now),
  ]);
  const [{ isSmall }] = z.tuple([z.strictObject({ isSmall: z.number() })]).parse(counted?.results);
  return { revision: revisionIn(current), sizes: isSmall === 1 ? toSizes(sized?.results) : undefined };
}

/** The keys of all AI configs in their order. */
export async function readConfigKeys(session: D1DatabaseSession): Promise<string[]> {
  const { results } = await session.prepare("SELECT key FROM ai_config ORDER BY key").run();
  return keysSchema.parse(results).map(({ key }) => key);
}

const measureSchema = z.strictObject({ bytes: z.int(), experiments: z.int() });

/** A statement's text with `?1` and `?2` in it, as a part of one of drizzle's. */
function bound(text: string, configs: string, now: number) {
  const parts = text.split(/(\?[12])/).map((part) => {
    if (part === "?1") return sql`${configs}`;
    return part === "?2" ? sql`${now}` : sql.raw(part);
  });
  return sql.join(parts);
}

/**
 * What edges hold of an AI config: how many experiments take data on it, and the bytes of everything, with further versions
 * that are to be handed out.
 * @param now epoch milliseconds
 */
export async function measureConfig(
  database: Database,
  config: string,
  versions: readonly number[],
  now: number,
): Promise<z.infer<typeof measureSchema>> {
  const configs = JSON.stringify([config]);
  const row = await database.get(sql`
    SELECT
      coalesce((
        SELECT sum(octet_length(value)) FROM ai_config_version
        WHERE config = ${config} AND version IN (
          SELECT value FROM json_each(${JSON.stringify(versions)})
          UNION SELECT version FROM (${bound(SERVED_VERSIONS, configs, now)}))
      ), 0) + coalesce(sum(bytes), 0) AS bytes,
      COUNT(*) AS experiments
    FROM (${bound(experimentsTakingData(`${EXPERIMENT_BYTES} AS bytes`), configs, now)})`);
  return measureSchema.parse(row);
}
