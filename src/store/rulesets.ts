import { inArray, sql } from "drizzle-orm";
import { type ConfigValue, configValueSchema } from "#model/config/ai-config.ts";
import { type Ruleset, type RulesetKey, rulesetSchema } from "#model/config/ruleset.ts";
import { isActive } from "#model/experiment/active-status.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { keyScopeSchema } from "#model/key/api-key.ts";
import { type MetricDefinition, metricDefinitionSchema } from "#model/metric/metric.ts";
import { type Database, parseStored } from "./database.ts";
import { toExperiment } from "./experiment-row.ts";
import { boundsOf } from "./keys.ts";
import {
  aiConfigTable,
  aiConfigVersionTable,
  apiKeyTable,
  experimentTable,
  metricTable,
  rulesetRevisionTable,
  rulesetTable,
} from "./schema.ts";

/** Everything that a ruleset is compiled from, as it was at one revision. */
export interface RulesetSources {
  revision: number;
  configs: { key: string; liveVersion: number }[];
  versions: { config: string; version: number; value: ConfigValue }[];
  experiments: Experiment[];
  metrics: MetricDefinition[];
  keys: RulesetKey[];
}

/** Reads all sources in one transaction, so that they belong to the revision they are read with. */
export async function readRulesetSources(database: Database): Promise<RulesetSources> {
  const [revisions, configs, versions, experiments, metrics, keys] = await database.batch([
    database.select().from(rulesetRevisionTable),
    database.select({ key: aiConfigTable.key, liveVersion: aiConfigTable.liveVersion }).from(aiConfigTable),
    database
      .select({
        config: aiConfigVersionTable.config,
        version: aiConfigVersionTable.version,
        value: aiConfigVersionTable.value,
      })
      .from(aiConfigVersionTable)
      .where(sql`
        EXISTS (SELECT 1 FROM ai_config WHERE key = ai_config_version.config AND live_version = version)
        OR EXISTS (
          SELECT 1 FROM experiment, json_each(experiment.spec, '$.variants') AS variant
          WHERE experiment.config = ai_config_version.config AND experiment.status IN ('running', 'paused')
            AND variant.value ->> 'version' = ai_config_version.version)`),
    database
      .select()
      .from(experimentTable)
      .where(inArray(experimentTable.status, ["running", "paused", "promoted", "rolled_back", "stopped"])),
    database.select().from(metricTable),
    database.select().from(apiKeyTable).where(sql`revoked_at IS NULL`),
  ]);
  const revision = revisions[0]?.revision;
  if (revision === undefined) throw new Error("the ruleset revision is missing: are the migrations applied?");
  return {
    revision,
    configs,
    versions: versions.map(({ value, ...rest }) => ({
      ...rest,
      value: parseStored(configValueSchema, value),
    })),
    experiments: experiments
      .map(toExperiment)
      .filter(({ status, endedAt }) => isActive(status) || endedAt !== null),
    metrics: metrics.map((row) => parseStored(metricDefinitionSchema, row.definition)),
    keys: keys.map((row) => ({
      id: row.id,
      scope: keyScopeSchema.parse(row.scope),
      hash: row.hash,
      ...boundsOf(row),
      quarantinedFrom: row.quarantinedFrom,
    })),
  };
}

/** Publishes a compiled ruleset. The first one published for a revision stands: all would be equal. */
export async function publishRuleset(database: Database, document: Ruleset, now: number): Promise<void> {
  await database
    .insert(rulesetTable)
    .values({ version: document.version, document: JSON.stringify(document), compiledAt: now })
    .onConflictDoNothing();
}

export type PublishedRuleset =
  | { state: "unchanged" }
  | { state: "published"; ruleset: Ruleset }
  /** The revision has moved on and nobody has compiled it yet. */
  | { state: "not_compiled" };

/** The ruleset of the current revision, unless it is the one already known. One row read when nothing has changed. */
export async function readPublishedRuleset(
  session: D1DatabaseSession,
  knownVersion: number | undefined,
): Promise<PublishedRuleset> {
  const row = await session
    .prepare(`
      SELECT revision, (SELECT document FROM ruleset WHERE version = revision AND version IS NOT ?) AS document
      FROM ruleset_revision`)
    .bind(knownVersion ?? null)
    .first<{ revision: number; document: string | null }>();
  if (!row) throw new Error("the ruleset revision is missing: are the migrations applied?");
  if (row.revision === knownVersion) return { state: "unchanged" };
  if (row.document === null) return { state: "not_compiled" };
  return { state: "published", ruleset: parseStored(rulesetSchema, row.document) };
}
