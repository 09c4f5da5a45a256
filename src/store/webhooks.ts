import { asc, eq, sql } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import {
  type Webhook,
  type WebhookInput,
  type WebhookPatch,
  webhookKindSchema,
  webhookSchema,
} from "#model/webhook/webhook.ts";
import { err, type Failure, ok, type Result } from "#shared/result.ts";
import { type Act, recordAudit } from "./audit.ts";
import type { Database } from "./database.ts";
import { webhookDeliveryTable, webhookTable } from "./schema.ts";

type Row = typeof webhookTable.$inferSelect;

const MAXIMUM_WEBHOOKS = 20;

/** So long receivers may take to learn of a new secret. */
const ROTATION_MILLISECONDS = 24 * 3_600_000;

/** A webhook as it is sent to. */
export interface Receiver {
  id: string;
  kind: Webhook["kind"];
  url: string;
  /** All secrets that messages are signed with at the moment; none for Slack. */
  secrets: string[];
}

/** @param now epoch milliseconds */
export function toReceiver(row: Row, now: number): Receiver {
  const { id, url, secret, previousSecret, previousSecretUntil } = row;
  const previous = previousSecretUntil !== null && now < previousSecretUntil ? [previousSecret] : [];
  const secrets = [secret, ...previous].filter((one) => one !== null);
  return { id, url, kind: webhookKindSchema.parse(row.kind), secrets };
}

function hostOf(url: string): string {
  return URL.parse(url)?.host ?? "";
}

function toWebhook({ secret: _secret, previousSecret: _previous, ...row }: Row): Webhook {
  const url = row.kind === "slack" ? `https://${hostOf(row.url)}/…` : row.url;
  return webhookSchema.parse({ ...row, url, types: JSON.parse(row.types) });
}

function notFound(): Failure {
  return err("webhook_not_found", "There is no webhook with this id.");
}

/** The oldest first. */
export async function listWebhooks(database: Database): Promise<Webhook[]> {
  const rows = await database.select().from(webhookTable).orderBy(asc(webhookTable.createdAt));
  return rows.map(toWebhook);
}

/** @param now epoch milliseconds */
export async function findReceiver(database: Database, id: string, now: number): Promise<Result<Receiver>> {
  const row = await database.select().from(webhookTable).where(eq(webhookTable.id, id)).get();
  return row ? ok(toReceiver(row, now)) : notFound();
}

/** @param secret that its messages are signed with; null for Slack */
export async function createWebhook(
  database: Database,
  { name, kind, url, types }: WebhookInput,
  secret: string | null,
  { actor, now }: Act,
): Promise<Result<Webhook>> {
  const id = uuidv7({ msecs: now });
  const exists = sql`EXISTS (SELECT 1 FROM webhook WHERE id = ${id})`;
  const details = { name, kind, host: hostOf(url), types };
  const [created] = await database.batch([
    database
      .insert(webhookTable)
      .select(sql`
        SELECT ${id}, ${name}, ${kind}, ${url}, ${JSON.stringify(types)}, ${secret}, NULL, NULL, ${now}, ${actor}, NULL, NULL, NULL
        WHERE (SELECT COUNT(*) FROM webhook) < ${MAXIMUM_WEBHOOKS}`)
      .returning(),
    recordAudit(
      database,
      { at: now, actor, action: "webhook.create", subject: `webhook:${id}`, details },
      exists,
    ),
  ]);
  const row = created[0];
  return row
    ? ok(toWebhook(row))
    : err("limit_reached", `An installation has at most ${MAXIMUM_WEBHOOKS} webhooks.`);
}

function columnsOf({ name, url, types, enabled }: WebhookPatch, secret: string | null, { actor, now }: Act) {
  return {
    ...(name !== undefined && { name }),
    ...(url !== undefined && { url }),
    ...(types && { types: JSON.stringify(types) }),
    ...(enabled === true && { disabledAt: null, disabledReason: null }),
    ...(enabled === false && { disabledAt: now, disabledReason: `switched off by ${actor}` }),
    ...(secret !== null && {
      previousSecret: sql`secret`,
      previousSecretUntil: now + ROTATION_MILLISECONDS,
      secret,
    }),
  };
}

/**
 * Changes a webhook. One that is switched on again is sent what has been waiting, with all its attempts.
 * @param secret the new one; null where it stays
 */
export async function changeWebhook(
  database: Database,
  id: string,
  patch: WebhookPatch,
  secret: string | null,
  act: Act,
): Promise<Result<Webhook>> {
  const { actor, now } = act;
  const { url, rotateSecret, ...named } = patch;
  const details = {
    ...named,
    ...(url !== undefined && { host: hostOf(url) }),
    ...(rotateSecret && { rotateSecret }),
  };
  const exists = sql`EXISTS (SELECT 1 FROM webhook WHERE id = ${id})`;
  const columns = columnsOf(patch, secret, act);
  const [updated] = await database.batch([
    database
      .update(webhookTable)
      .set(Object.keys(columns).length > 0 ? columns : { id })
      .where(eq(webhookTable.id, id))
      .returning(),
    recordAudit(
      database,
      { at: now, actor, action: "webhook.change", subject: `webhook:${id}`, details },
      exists,
    ),
    database
      .update(webhookDeliveryTable)
      .set({ attempts: 0, nextAttemptAt: now })
      .where(sql`webhook = ${id} AND next_attempt_at IS NOT NULL AND ${patch.enabled === true}`),
  ]);
  const row = updated[0];
  return row ? ok(toWebhook(row)) : notFound();
}

/** Removes a webhook with its deliveries. */
export async function deleteWebhook(
  database: Database,
  id: string,
  { actor, now }: Act,
): Promise<Result<Webhook>> {
  const exists = sql`EXISTS (SELECT 1 FROM webhook WHERE id = ${id})`;
  const [, , deleted] = await database.batch([
    recordAudit(database, { at: now, actor, action: "webhook.delete", subject: `webhook:${id}` }, exists),
    database.delete(webhookDeliveryTable).where(eq(webhookDeliveryTable.webhook, id)),
    database.delete(webhookTable).where(eq(webhookTable.id, id)).returning(),
  ]);
  const row = deleted[0];
  return row ? ok(toWebhook(row)) : notFound();
}
