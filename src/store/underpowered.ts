import { and, eq, sql } from "drizzle-orm";
import type { Database } from "./database.ts";
import { experimentTable } from "./schema.ts";
import { type OutgoingMessage, putMessage } from "./webhook-outbox.ts";

/** Notes that a running experiment is expected to end with too little power, and tells it, once. @param now epoch milliseconds */
export async function noteUnderpowered(
  database: Database,
  key: string,
  message: OutgoingMessage,
  now: number,
): Promise<void> {
  const isNew = and(
    eq(experimentTable.key, key),
    eq(experimentTable.status, "running"),
    sql`${experimentTable.underpoweredSince} IS NULL`,
  );
  await database.batch([
    putMessage(database, message, sql`EXISTS (SELECT 1 FROM ${experimentTable} WHERE ${isNew})`),
    database.update(experimentTable).set({ underpoweredSince: now }).where(isNew),
  ]);
}

/** Notes that an experiment has enough power again. */
export async function noteEnoughPower(database: Database, key: string): Promise<void> {
  await database.update(experimentTable).set({ underpoweredSince: null }).where(eq(experimentTable.key, key));
}
