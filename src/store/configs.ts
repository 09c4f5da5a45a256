import { and, asc, desc, eq, inArray, isNull, lt, sql } from "drizzle-orm";
import {
  type AiConfig,
  type AiConfigVersion,
  aiConfigSchema,
  aiConfigVersionSchema,
  type ConfigValue,
  configValueSchema,
} from "#model/config/ai-config.ts";
import { err, type Failure, ok, type Result } from "#shared/result.ts";
import { type Act, recordAudit } from "./audit.ts";
import { bumpRuleset, type Database, parseStored } from "./database.ts";
import { isTaken } from "./database-failure.ts";
import { aiConfigTable, aiConfigVersionTable } from "./schema.ts";

function toVersion(row: typeof aiConfigVersionTable.$inferSelect): AiConfigVersion {
  const { config: _config, value, ...rest } = row;
  return aiConfigVersionSchema.parse({ ...rest, value: parseStored(configValueSchema, value) });
}

/** Of JSON, in UTF-8. Edges hold the values of all AI configs that they are asked for. */
const MAXIMUM_VALUE_BYTES = 262_144;

function refuseBeyondSize(value: ConfigValue): Failure | undefined {
  const bytes = new TextEncoder().encode(JSON.stringify(value)).byteLength;
  if (bytes <= MAXIMUM_VALUE_BYTES) return undefined;
  const message = `a value has at most ${MAXIMUM_VALUE_BYTES} bytes of JSON, and this one has ${bytes}`;
  return err("invalid_input", "The config value is too large.", [
    { path: "/value", code: "too_big", message },
  ]);
}

/** @param withArchived whether those that are archived are listed too */
export async function listConfigs(database: Database, withArchived: boolean): Promise<AiConfig[]> {
  const rows = await database
    .select()
    .from(aiConfigTable)
    .where(withArchived ? undefined : isNull(aiConfigTable.archivedAt))
    .orderBy(asc(aiConfigTable.key));
  return rows.map((row) => aiConfigSchema.parse(row));
}

function notFound(key: string): Failure {
  return err("config_not_found", `There is no AI config '${key}'.`);
}

export async function findConfig(database: Database, key: string): Promise<Result<AiConfig>> {
  const row = await database.select().from(aiConfigTable).where(eq(aiConfigTable.key, key)).get();
  return row ? ok(aiConfigSchema.parse(row)) : notFound(key);
}

/** Newest first. @param before the number of a version: only older ones */
export async function listVersions(
  database: Database,
  key: string,
  { limit, before }: { limit: number; before?: number | undefined },
): Promise<Result<AiConfigVersion[]>> {
  const config = await findConfig(database, key);
  if (!config.ok) return config;
  const rows = await database
    .select()
    .from(aiConfigVersionTable)
    .where(
      and(
        eq(aiConfigVersionTable.config, key),
        before === undefined ? undefined : lt(aiConfigVersionTable.version, before),
      ),
    )
    .orderBy(desc(aiConfigVersionTable.version))
    .limit(limit);
  return ok(rows.map(toVersion));
}

/** Those of these versions that there are. */
export async function listVersionsByNumber(
  database: Database,
  key: string,
  numbers: readonly number[],
): Promise<AiConfigVersion[]> {
  const rows = await database
    .select()
    .from(aiConfigVersionTable)
    .where(and(eq(aiConfigVersionTable.config, key), inArray(aiConfigVersionTable.version, [...numbers])));
  return rows.map(toVersion);
}

export async function findVersion(
  database: Database,
  key: string,
  version: number,
): Promise<Result<AiConfigVersion>> {
  const row = await database
    .select()
    .from(aiConfigVersionTable)
    .where(and(eq(aiConfigVersionTable.config, key), eq(aiConfigVersionTable.version, version)))
    .get();
  return row
    ? ok(toVersion(row))
    : err("version_not_found", `The AI config '${key}' has no version ${version}.`);
}

/** Creates an AI config with its first version, which is live at once. */
export async function createConfig(
  database: Database,
  input: { key: string; name: string; description: string; value: ConfigValue; note: string },
  { actor, now }: Act,
): Promise<Result<AiConfig>> {
  const { key, name, description, value, note } = input;
  const tooLarge = refuseBeyondSize(value);
  if (tooLarge) return tooLarge;
  const times = { createdAt: now, updatedAt: now, archivedAt: null };
  const config: AiConfig = { key, name, description, liveVersion: 1, ...times };
  try {
    await database.batch([
      database.insert(aiConfigTable).values(config),
      database.insert(aiConfigVersionTable).values({
        config: key,
        version: 1,
        value: JSON.stringify(value),
        note,
        createdAt: now,
        createdBy: actor,
      }),
      recordAudit(database, { at: now, actor, action: "config.create", subject: `config:${key}` }),
      ...bumpRuleset(database, { config: key }),
    ]);
    return ok(config);
  } catch (cause) {
    if (!isTaken(cause, "ai_config.key")) throw cause;
    return err("already_exists", `There already is an AI config '${key}'.`);
  }
}

/** Adds the next version, which nobody gets until it is made live or an experiment hands it out. */
export async function addVersion(
  database: Database,
  key: string,
  { value, note }: { value: ConfigValue; note: string },
  { actor, now }: Act,
): Promise<Result<AiConfigVersion>> {
  const tooLarge = refuseBeyondSize(value);
  if (tooLarge) return tooLarge;
  const exists = sql`EXISTS (SELECT 1 FROM ai_config WHERE key = ${key})`;
  // The number is taken inside the insert, so that two people who add at once get two versions.
  const [rows] = await database.batch([
    database
      .insert(aiConfigVersionTable)
      .select(sql`
        SELECT ${key}, COALESCE(MAX(version), 0) + 1, ${JSON.stringify(value)}, ${note}, ${now}, ${actor}
        FROM ai_config_version WHERE config = ${key} HAVING ${exists}`)
      .returning({ version: aiConfigVersionTable.version }),
    recordAudit(
      database,
      {
        at: now,
        actor,
        action: "config.add_version",
        subject: `config:${key}`,
        details: sql`json_object('version', (SELECT MAX(version) FROM ai_config_version WHERE config = ${key}))`,
      },
      exists,
    ),
  ]);
  const version = rows[0]?.version;
  if (version === undefined) return notFound(key);
  return ok({ version, value, note, createdAt: now, createdBy: actor });
}

export async function updateConfig(
  database: Database,
  key: string,
  changes: { name?: string | undefined; description?: string | undefined },
  { actor, now }: Act,
): Promise<Result<AiConfig>> {
  const { name, description } = changes;
  // Only the columns that are given, so that two people who change different ones at once both succeed.
  const [updated] = await database.batch([
    database
      .update(aiConfigTable)
      .set({ name, description, updatedAt: now })
      .where(eq(aiConfigTable.key, key))
      .returning(),
    recordAudit(
      database,
      { at: now, actor, action: "config.update", subject: `config:${key}` },
      sql`EXISTS (SELECT 1 FROM ai_config WHERE key = ${key})`,
    ),
  ]);
  const row = updated[0];
  return row ? ok(aiConfigSchema.parse(row)) : notFound(key);
}

/**
 * Makes a version live by hand. Refused while an experiment on this AI config is running or paused: it would change
 * what "control" means under the experiment's feet.
 */
export async function setLiveVersion(
  database: Database,
  key: string,
  { version, reason }: { version: number; reason: string },
  { actor, now }: Act,
): Promise<Result<AiConfig>> {
  const config = await findConfig(database, key);
  if (!config.ok) return config;
  const target = await findVersion(database, key, version);
  if (!target.ok) return target;
  const unoccupied = sql`NOT EXISTS (
    SELECT 1 FROM experiment WHERE config = ${key} AND status IN ('running', 'paused') AND is_holdout = 0)`;
  const [, updated] = await database.batch([
    // Before the change, because it tells which version was live.
    recordAudit(
      database,
      {
        at: now,
        actor,
        action: "config.set_live",
        subject: `config:${key}`,
        reason,
        details: sql`(SELECT json_object('from', live_version, 'to', ${version}) FROM ai_config WHERE key = ${key})`,
      },
      unoccupied,
    ),
    database
      .update(aiConfigTable)
      .set({ liveVersion: version, updatedAt: now })
      .where(and(eq(aiConfigTable.key, key), unoccupied))
      .returning(),
    ...bumpRuleset(database, { config: key }, unoccupied),
  ]);
  const row = updated[0];
  return row
    ? ok(aiConfigSchema.parse(row))
    : err("config_busy", "An experiment on this AI config is running or paused: end it first.");
}
