import { and, desc, eq, type SQL, sql } from "drizzle-orm";
import { type Delivery, deliverySchema } from "#model/webhook/webhook.ts";
import { err, ok, type Result } from "#shared/result.ts";
import { recordAudit } from "./audit.ts";
import type { Database } from "./database.ts";
import { webhookDeliveryTable, webhookTable } from "./schema.ts";
import { type Receiver, toReceiver } from "./webhooks.ts";

type Row = typeof webhookDeliveryTable.$inferSelect;

/** What is to be told to everybody who has asked for it. */
export interface OutgoingMessage {
  /** Of two messages with the same id there is only one. */
  id: string;
  type: string;
  /** JSON, as it is signed and sent. */
  body: string;
  /** When it happened, epoch milliseconds. */
  at: number;
}

/** A message that this run sends. @property attempts with the one that is under way */
export type ClaimedDelivery = Pick<Row, "webhook" | "id" | "type" | "body" | "createdAt" | "attempts">;

/** What an attempt has left. */
export interface DeliveryOutcome {
  /** Epoch milliseconds; null where there is nothing more to do. */
  nextAttemptAt: number | null;
  isDelivered: boolean;
  status: number | null;
  error: string | null;
  /** Why nothing more is to be sent to the webhook, unless it has taken something since a moment in epoch milliseconds. */
  disabling?: { reason: string; unlessDeliveredSince: number };
}

/** An attempt that has left no result after this was cut off, and is repeated. */
const LEASE_MILLISECONDS = 120_000;

const KEPT_MILLISECONDS = 30 * 24 * 3_600_000;
const DELETED_AT_ONCE = 1_000;

function toDelivery({ webhook: _webhook, body: _body, ...row }: Row): Delivery {
  const state = row.nextAttemptAt !== null ? "pending" : row.deliveredAt !== null ? "delivered" : "failed";
  return deliverySchema.parse({ ...row, state });
}

/**
 * A statement for a batch: puts a message into the outbox together with what it tells of.
 * @param condition as in {@link recordAudit}
 */
export function putMessage(database: Database, { id, type, body, at }: OutgoingMessage, condition: SQL) {
  return database
    .insert(webhookDeliveryTable)
    .select(sql`
      SELECT webhook.id, ${id}, ${type}, ${body}, ${at}, ${at}, 0, NULL, NULL, NULL FROM webhook
      WHERE disabled_at IS NULL AND EXISTS (SELECT 1 FROM json_each(webhook.types) WHERE value = ${type})
        AND ${condition}`)
    .onConflictDoNothing();
}

/**
 * Puts a message for one webhook into the outbox, as one that is being sent.
 * @returns undefined where there is no such webhook
 */
export async function putClaimed(
  database: Database,
  webhook: string,
  { id, type, body, at }: OutgoingMessage,
): Promise<ClaimedDelivery | undefined> {
  const rows = await database
    .insert(webhookDeliveryTable)
    .select(sql`
      SELECT webhook.id, ${id}, ${type}, ${body}, ${at}, ${at + LEASE_MILLISECONDS}, 1, NULL, NULL, NULL FROM webhook
      WHERE id = ${webhook}`)
    .returning();
  return rows[0];
}

/**
 * Takes messages that are due, so that no other run sends them meanwhile; those that have waited longest first.
 * @param perWebhook so many of each, so that one that does not answer keeps no other one waiting
 */
export async function claimDue(
  database: Database,
  now: number,
  limit: number,
  perWebhook: number,
): Promise<{ delivery: ClaimedDelivery; receiver: Receiver }[]> {
  const [claimed, webhooks] = await database.batch([
    database
      .update(webhookDeliveryTable)
      .set({ nextAttemptAt: now + LEASE_MILLISECONDS, attempts: sql`attempts + 1` })
      .where(sql`(webhook, id) IN (
        SELECT webhook, id FROM (
          SELECT due.webhook, due.id, due.next_attempt_at,
            ROW_NUMBER() OVER (PARTITION BY due.webhook ORDER BY due.next_attempt_at, due.id) AS place
          FROM webhook_delivery AS due JOIN webhook ON webhook.id = due.webhook
          WHERE due.next_attempt_at <= ${now} AND webhook.disabled_at IS NULL)
        WHERE place <= ${perWebhook} ORDER BY next_attempt_at LIMIT ${limit})`)
      .returning(),
    database.select().from(webhookTable),
  ]);
  const receivers = new Map(webhooks.map((row) => [row.id, toReceiver(row, now)]));
  return claimed.flatMap((delivery) => {
    const receiver = receivers.get(delivery.webhook);
    return receiver ? [{ delivery, receiver }] : [];
  });
}

function isDelivery({ webhook, id }: Pick<Row, "webhook" | "id">) {
  return and(eq(webhookDeliveryTable.webhook, webhook), eq(webhookDeliveryTable.id, id));
}

/** Switches a webhook off, once. */
function disable(
  database: Database,
  webhook: string,
  { reason, unlessDeliveredSince }: NonNullable<DeliveryOutcome["disabling"]>,
  now: number,
) {
  const applies = sql`id = ${webhook} AND disabled_at IS NULL
    AND coalesce(last_delivered_at, 0) < ${unlessDeliveredSince}`;
  const audit = { at: now, actor: "cron", action: "webhook.disable", subject: `webhook:${webhook}`, reason };
  return [
    recordAudit(database, audit, sql`EXISTS (SELECT 1 FROM webhook WHERE ${applies})`),
    database.update(webhookTable).set({ disabledAt: now, disabledReason: reason }).where(applies),
  ] as const;
}

/**
 * Notes what came of an attempt. One that was overtaken by another attempt changes nothing of the delivery.
 * @returns the delivery as it is now; undefined where it is gone
 */
export async function noteOutcome(
  database: Database,
  delivery: ClaimedDelivery,
  { nextAttemptAt, isDelivered, status, error, disabling }: DeliveryOutcome,
  now: number,
): Promise<Delivery | undefined> {
  const { webhook, attempts } = delivery;
  const [, , rows] = await database.batch([
    database
      .update(webhookDeliveryTable)
      .set({ nextAttemptAt, deliveredAt: isDelivered ? now : null, lastStatus: status, lastError: error })
      .where(and(isDelivery(delivery), eq(webhookDeliveryTable.attempts, attempts))),
    database
      .update(webhookTable)
      .set({ lastDeliveredAt: sql`max(coalesce(last_delivered_at, 0), ${now})` })
      .where(sql`id = ${webhook} AND ${isDelivered}`),
    database.select().from(webhookDeliveryTable).where(isDelivery(delivery)),
    ...(disabling === undefined ? [] : disable(database, webhook, disabling, now)),
  ]);
  const row = rows[0];
  return row && toDelivery(row);
}

/** The newest first. @param page.before a delivery's id: only older ones */
export async function listDeliveries(
  database: Database,
  webhook: string,
  { limit, before }: { limit: number; before?: string | undefined },
): Promise<Delivery[]> {
  const isOlder = sql`(created_at, id) < (
    SELECT created_at, id FROM webhook_delivery AS last WHERE last.webhook = ${webhook} AND last.id = ${before})`;
  const { createdAt, id } = webhookDeliveryTable;
  const rows = await database
    .select()
    .from(webhookDeliveryTable)
    .where(and(eq(webhookDeliveryTable.webhook, webhook), before === undefined ? undefined : isOlder))
    .orderBy(desc(createdAt), desc(id))
    .limit(limit);
  return rows.map(toDelivery);
}

/** Has a message sent once more, with all its attempts. */
export async function repeatDelivery(
  database: Database,
  webhook: string,
  id: string,
  now: number,
): Promise<Result<Delivery>> {
  const rows = await database
    .update(webhookDeliveryTable)
    .set({ nextAttemptAt: now, attempts: 0, deliveredAt: null })
    .where(isDelivery({ webhook, id }))
    .returning();
  return rows[0] ? ok(toDelivery(rows[0])) : err("delivery_not_found", "There is no delivery with this id.");
}

/** Deletes what is older than 30 days, some at a time. @param now epoch milliseconds */
export async function deleteOldDeliveries(database: Database, now: number): Promise<void> {
  await database.delete(webhookDeliveryTable).where(sql`(webhook, id) IN (
    SELECT webhook, id FROM webhook_delivery WHERE created_at < ${now - KEPT_MILLISECONDS}
    ORDER BY created_at LIMIT ${DELETED_AT_ONCE})`);
}
