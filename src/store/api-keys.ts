import { asc, eq } from "drizzle-orm";
import { type ApiKey, apiKey, type KeyScope } from "../model/api-key.ts";
import { type Result, refuse, success } from "../model/refusal.ts";
import { recordAudit } from "./audit.ts";
import { bumpRuleset, type Database } from "./database.ts";
import { apiKeyTable } from "./schema.ts";

type Row = typeof apiKeyTable.$inferSelect;

function toApiKey({ hash: _hash, ...row }: Row): ApiKey {
  return apiKey.parse(row);
}

export async function listApiKeys(database: Database): Promise<ApiKey[]> {
  const rows = await database.select().from(apiKeyTable).orderBy(asc(apiKeyTable.createdAt));
  return rows.map(toApiKey);
}

/** Stores a key by its hash; the secret itself is never stored. */
export async function createApiKey(
  database: Database,
  key: { id: string; name: string; scope: KeyScope; hash: string },
  actor: string,
  now: number,
): Promise<ApiKey> {
  const row: Row = { ...key, createdAt: now, createdBy: actor, revokedAt: null };
  await database.batch([
    database.insert(apiKeyTable).values(row),
    recordAudit(database, {
      at: now,
      actor,
      action: "key.create",
      subject: `key:${key.id}`,
      details: { name: key.name, scope: key.scope },
    }),
    bumpRuleset(database),
  ]);
  return toApiKey(row);
}

/** Revokes a key; edges refuse it as soon as their ruleset is renewed. Revoking twice changes nothing. */
export async function revokeApiKey(
  database: Database,
  id: string,
  actor: string,
  now: number,
): Promise<Result<ApiKey>> {
  const row = await database.select().from(apiKeyTable).where(eq(apiKeyTable.id, id)).get();
  if (!row) return refuse("key_not_found", "There is no key with this id.");
  if (row.revokedAt !== null) return success(toApiKey(row));
  await database.batch([
    database.update(apiKeyTable).set({ revokedAt: now }).where(eq(apiKeyTable.id, id)),
    recordAudit(database, { at: now, actor, action: "key.revoke", subject: `key:${id}` }),
    bumpRuleset(database),
  ]);
  return success(toApiKey({ ...row, revokedAt: now }));
}
