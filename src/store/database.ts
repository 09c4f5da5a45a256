import { and, eq, type SQL, sql } from "drizzle-orm";
import { type DrizzleD1Database, drizzle } from "drizzle-orm/d1";
import type { z } from "zod";
import { rulesetRevisionTable } from "./schema.ts";

export type Database = DrizzleD1Database;

export function openDatabase(binding: D1Database): Database {
  return drizzle(binding);
}

/** Parses a stored JSON column; a row that does not fit its schema is a fault, not an input error. */
export function parseStored<Schema extends z.ZodType>(schema: Schema, text: string): z.output<Schema> {
  return schema.parse(JSON.parse(text));
}

/**
 * Part of every batch that changes what edges should serve, so that the change and the new revision are one transaction
 * and no edge can miss it. `condition` limits it to batches whose change took effect.
 */
export function bumpRuleset(database: Database, condition: SQL = sql`1`) {
  return database
    .update(rulesetRevisionTable)
    .set({ revision: sql`${rulesetRevisionTable.revision} + 1` })
    .where(and(eq(rulesetRevisionTable.id, 1), condition));
}
