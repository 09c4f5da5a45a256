import { and, eq, inArray, isNotNull, sql } from "drizzle-orm";
import { type AiConfig, aiConfigSchema } from "#model/config/ai-config.ts";
import { err, ok, type Result } from "#shared/result.ts";
import { type Act, recordAudit } from "./audit.ts";
import { findConfig } from "./configs.ts";
import { bumpRuleset, type Database } from "./database.ts";
import { aiConfigTable, aiConfigVersionTable } from "./schema.ts";

/** Those of these AI configs that are archived. */
export async function listArchivedConfigs(
  database: Database,
  configs: readonly string[],
): Promise<Set<string>> {
  const rows = await database
    .select({ key: aiConfigTable.key })
    .from(aiConfigTable)
    .where(and(inArray(aiConfigTable.key, [...configs]), isNotNull(aiConfigTable.archivedAt)));
  return new Set(rows.map(({ key }) => key));
}

/** Whether an experiment, a release or a holdout is active on it. */
function hasActive(key: string) {
  return sql`(
    EXISTS (SELECT 1 FROM experiment WHERE config = ${key} AND status IN ('running', 'paused'))
    OR EXISTS (
      SELECT 1 FROM holdout_config JOIN experiment ON experiment.key = holdout_config.holdout
      WHERE holdout_config.config = ${key} AND experiment.status IN ('running', 'paused')))`;
}

/**
 * Hides an AI config from lists, or shows it again. Apps that ask for it get its live version as before, so edges are told nothing.
 * What is archived already keeps its time.
 */
export async function archiveConfig(
  database: Database,
  key: string,
  archived: boolean,
  { actor, now }: Act,
): Promise<Result<AiConfig>> {
  const isOther = archived
    ? sql`archived_at IS NULL AND NOT ${hasActive(key)}`
    : sql`archived_at IS NOT NULL`;
  const applies = sql`key = ${key} AND ${isOther}`;
  const action = archived ? "config.archive" : "config.unarchive";
  await database.batch([
    recordAudit(
      database,
      { at: now, actor, action, subject: `config:${key}` },
      sql`EXISTS (SELECT 1 FROM ai_config WHERE ${applies})`,
    ),
    database
      .update(aiConfigTable)
      .set({ archivedAt: archived ? now : null })
      .where(applies),
  ]);
  const config = await findConfig(database, key);
  return config.ok && archived && config.value.archivedAt === null
    ? err("config_busy", "An experiment, a release or a holdout is active on this AI config: end it first.")
    : config;
}

/** Deletes an AI config with its versions, if nothing has ever used it: then no record names it. */
export async function deleteConfig(
  database: Database,
  key: string,
  { actor, now }: Act,
): Promise<Result<AiConfig>> {
  const found = await findConfig(database, key);
  if (!found.ok) return found;
  const isUnused = sql`NOT EXISTS (SELECT 1 FROM experiment WHERE config = ${key})
    AND NOT EXISTS (SELECT 1 FROM holdout_config WHERE config = ${key})`;
  const applies = sql`EXISTS (SELECT 1 FROM ai_config WHERE key = ${key}) AND ${isUnused}`;
  const [, , , , , rows] = await database.batch([
    recordAudit(database, { at: now, actor, action: "config.delete", subject: `config:${key}` }, applies),
    ...bumpRuleset(database, { config: key }, applies),
    database.delete(aiConfigVersionTable).where(and(eq(aiConfigVersionTable.config, key), isUnused)),
    database
      .delete(aiConfigTable)
      .where(and(eq(aiConfigTable.key, key), isUnused))
      .returning(),
  ]);
  const [deleted] = rows;
  return deleted
    ? ok(aiConfigSchema.parse(deleted))
    : err(
        "config_busy",
        "An experiment, a release or a holdout has used this AI config: archive it instead.",
      );
}
