import { and, asc, eq, isNotNull, isNull, sql } from "drizzle-orm";
import {
  type ApiKey,
  apiKeySchema,
  type KeyBounds,
  type KeyScope,
  keyBoundsSchema,
} from "#model/key/api-key.ts";
import { err, ok, type Result } from "#shared/result.ts";
import { type Act, recordAudit } from "./audit.ts";
import { bumpRuleset, type Database } from "./database.ts";
import { apiKeyTable, experimentTable } from "./schema.ts";

type Row = typeof apiKeyTable.$inferSelect;

/** What a row binds its key to. */
export function boundsOf({
  configs,
  origins,
  expiresAt,
}: Pick<Row, "configs" | "origins" | "expiresAt">): KeyBounds {
  const listed = (text: string | null) => (text === null ? null : JSON.parse(text));
  return keyBoundsSchema.parse({ configs: listed(configs), origins: listed(origins), expiresAt });
}

function toApiKey({ hash: _hash, ...row }: Row): ApiKey {
  return apiKeySchema.parse({ ...row, ...boundsOf(row) });
}

export async function listApiKeys(database: Database): Promise<ApiKey[]> {
  const rows = await database.select().from(apiKeyTable).orderBy(asc(apiKeyTable.createdAt));
  return rows.map(toApiKey);
}

/** Edges hold all that are not revoked. */
export const MAXIMUM_KEYS = 1_000;

/** Stores a key by its hash; the secret itself is never stored. */
export async function createApiKey(
  database: Database,
  key: { id: string; name: string; scope: KeyScope; hash: string } & KeyBounds,
  { actor, now }: Act,
): Promise<Result<ApiKey>> {
  const listed = (values: string[] | null) => (values === null ? null : JSON.stringify(values));
  const row: Row = {
    ...key,
    configs: listed(key.configs),
    origins: listed(key.origins),
    createdAt: now,
    createdBy: actor,
    revokedAt: null,
    lastUsedAt: null,
    quarantinedFrom: null,
  };
  const { id, name, scope, hash, configs, origins, expiresAt } = row;
  const tookEffect = sql`EXISTS (SELECT 1 FROM api_key WHERE id = ${id})`;
  const [created] = await database.batch([
    database
      .insert(apiKeyTable)
      .select(sql`
        SELECT ${id}, ${name}, ${scope}, ${hash}, ${now}, ${actor}, NULL, ${configs}, ${origins}, ${expiresAt}, NULL, NULL
        WHERE (SELECT COUNT(*) FROM api_key WHERE revoked_at IS NULL) < ${MAXIMUM_KEYS}`)
      .returning({ id: apiKeyTable.id }),
    recordAudit(
      database,
      {
        at: now,
        actor,
        action: "key.create",
        subject: `key:${id}`,
        details: { name, scope, configs: key.configs, origins: key.origins, expiresAt },
      },
      tookEffect,
    ),
    ...bumpRuleset(database, "keys", tookEffect),
  ]);
  return created.length > 0
    ? ok(toApiKey(row))
    : err(
        "limit_reached",
        `An installation has at most ${MAXIMUM_KEYS} API keys: revoke those that nobody uses.`,
      );
}

/** Notes about when a key was last used. */
export async function noteKeyUse(database: Database, id: string, now: number): Promise<void> {
  await database
    .update(apiKeyTable)
    .set({ lastUsedAt: sql`max(coalesce(${apiKeyTable.lastUsedAt}, 0), ${now})` })
    .where(eq(apiKeyTable.id, id));
}

/** The keys whose word counts nowhere from a moment on, in epoch milliseconds. */
export async function listQuarantines(database: Database): Promise<{ key: string; from: number }[]> {
  const { id, quarantinedFrom } = apiKeyTable;
  const rows = await database
    .select({ key: id, from: quarantinedFrom })
    .from(apiKeyTable)
    .where(isNotNull(quarantinedFrom));
  return rows.flatMap(({ key, from }) => (from === null ? [] : { key, from }));
}

/** A key that is quarantined, and since when each experiment that it may have reached is waiting to be counted anew. */
interface QuarantinedKey {
  key: ApiKey;
  pending: ReadonlyMap<string, number | null>;
}

/**
 * Notes from when on a key is quarantined, and that the totals of these experiments have to be counted anew, and of any that
 * has started since they were read. An earlier moment replaces a later one, never the reverse.
 */
export async function quarantineApiKey(
  database: Database,
  id: string,
  from: number,
  affected: readonly string[],
  { actor, reason, now }: Act,
): Promise<Result<QuarantinedKey>> {
  const exists = sql`EXISTS (SELECT 1 FROM api_key WHERE id = ${id})`;
  const isAffected = sql`(${experimentTable.key} IN (SELECT value FROM json_each(${JSON.stringify(affected)}))
    OR (${experimentTable.startedAt} IS NOT NULL AND ${experimentTable.endedAt} IS NULL))`;
  const [keys, experiments] = await database.batch([
    database
      .update(apiKeyTable)
      .set({ quarantinedFrom: sql`min(coalesce(${apiKeyTable.quarantinedFrom}, ${from}), ${from})` })
      .where(eq(apiKeyTable.id, id))
      .returning(),
    // Never the same moment twice: a rebuild that began before this quarantine must not take it for done.
    database
      .update(experimentTable)
      .set({
        rebuildPendingSince: sql`max(coalesce(${experimentTable.rebuildPendingSince} + 1, 0), ${now})`,
        recounts: sql`${experimentTable.recounts} + 1`,
      })
      .where(and(isAffected, exists))
      .returning({ key: experimentTable.key, pendingSince: experimentTable.rebuildPendingSince }),
    recordAudit(
      database,
      {
        at: now,
        actor,
        action: "key.quarantine",
        subject: `key:${id}`,
        reason,
        details: sql`(SELECT json_object('from', quarantined_from) FROM api_key WHERE id = ${id})`,
      },
      exists,
    ),
    ...bumpRuleset(database, "keys", exists),
  ]);
  const row = keys[0];
  if (!row) return err("key_not_found", "There is no key with this id.");
  const pending = new Map(experiments.map(({ key, pendingSince }) => [key, pendingSince]));
  return ok({ key: toApiKey(row), pending });
}

/** Revokes a key; edges refuse it as soon as their ruleset is renewed. Revoking twice changes nothing. */
export async function revokeApiKey(
  database: Database,
  id: string,
  { actor, now }: Act,
): Promise<Result<ApiKey>> {
  const isValid = sql`EXISTS (SELECT 1 FROM api_key WHERE id = ${id} AND revoked_at IS NULL)`;
  const [, , , , , keys] = await database.batch([
    recordAudit(database, { at: now, actor, action: "key.revoke", subject: `key:${id}` }, isValid),
    ...bumpRuleset(database, "keys", isValid),
    database
      .update(apiKeyTable)
      .set({ revokedAt: now })
      .where(and(eq(apiKeyTable.id, id), isNull(apiKeyTable.revokedAt))),
    database.select().from(apiKeyTable).where(eq(apiKeyTable.id, id)),
  ]);
  const row = keys[0];
  return row ? ok(toApiKey(row)) : err("key_not_found", "There is no key with this id.");
}
