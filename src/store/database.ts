import { and, eq, type SQL, sql } from "drizzle-orm";
import { type DrizzleD1Database, drizzle } from "drizzle-orm/d1";
import type * as z from "zod";
import { rulesetChangeTable, rulesetRevisionTable } from "./schema.ts";

export type Database = DrizzleD1Database;

export function openDatabase(binding: D1Database): Database {
  return drizzle(binding);
}

/**
 * An installation's databases: one for what people set up and decide, and one for the events, so that what grows with traffic
 * never keeps anybody from acting.
 */
export interface Databases {
  database: Database;
  eventLog: Database;
  /** Where old events are; an installation may have none. */
  archive?: R2Bucket | undefined;
}

interface DatabaseBindings {
  DB: D1Database;
  LOG: D1Database;
  ARCHIVE?: R2Bucket | undefined;
}

export function openDatabases({ DB, LOG, ARCHIVE }: DatabaseBindings): Databases {
  return { database: openDatabase(DB), eventLog: openDatabase(LOG), archive: ARCHIVE };
}

/** What a database of D1 holds at most. */
export const MAXIMUM_DATABASE_BYTES = 10_000_000_000;

/** How large a database is. */
export async function readDatabaseBytes(database: Database): Promise<number> {
  const { meta } = await database.run(sql`SELECT 1`);
  return meta.size_after;
}

/** Parses a stored JSON column; a row that does not fit its schema is a fault, not an input error. */
export function parseStored<Schema extends z.ZodType>(schema: Schema, text: string): z.output<Schema> {
  return schema.parse(JSON.parse(text));
}

/** What a change concerns, as far as edges have it in memory. */
export type RulesetSubject = "keys" | "metrics" | { config: string; experiment?: string };

/** An edge that has missed more changes than this reads everything anew. */
export const KEPT_CHANGES = 10_000;

function textOf(subject: RulesetSubject): string {
  if (typeof subject === "string") return subject;
  return subject.experiment === undefined ? `config:${subject.config}` : `experiment:${subject.experiment}`;
}

/**
 * Part of every batch that changes what edges should serve, so that the change, its revision and what it concerns are one
 * transaction and no edge can miss it. `condition` limits it to batches whose change took effect.
 */
export function bumpRuleset(database: Database, subject: RulesetSubject, condition: SQL = sql`1`) {
  const config = typeof subject === "string" ? null : subject.config;
  return [
    database
      .update(rulesetRevisionTable)
      .set({ revision: sql`${rulesetRevisionTable.revision} + 1` })
      .where(and(eq(rulesetRevisionTable.id, 1), condition)),
    database.insert(rulesetChangeTable).select(sql`
      SELECT revision, ${textOf(subject)}, ${config} FROM ruleset_revision WHERE id = 1 AND ${condition}`),
    database
      .delete(rulesetChangeTable)
      .where(sql`revision <= (SELECT revision FROM ruleset_revision) - ${KEPT_CHANGES}`),
  ] as const;
}
