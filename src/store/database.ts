import { sql } from "drizzle-orm";
import { type DrizzleD1Database, drizzle } from "drizzle-orm/d1";
import type { z } from "zod";

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
export function bumpRuleset(database: Database, condition = sql`1`) {
  return database.run(sql`UPDATE ruleset_revision SET revision = revision + 1 WHERE id = 1 AND ${condition}`);
}
