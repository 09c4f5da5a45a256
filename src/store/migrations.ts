import { sql } from "drizzle-orm";
import * as z from "zod";
import type { Database, Databases } from "./database.ts";

/** The newest file of `migrations/` that this code was written for; a test compares the two. */
export const NEWEST_MIGRATION = "0027_told_and_archived.sql";

/** The same of the log's own database, `migrations/log/`. */
export const NEWEST_LOG_MIGRATION = "0002_archive.sql";

const rowsSchema = z.array(z.object({ name: z.string() }));

async function hasMigration(database: Database, newest: string): Promise<boolean> {
  const rows = await database.all(sql`SELECT name FROM d1_migrations WHERE name >= ${newest} LIMIT 1`);
  return rowsSchema.parse(rows).length > 0;
}

/** True once both databases have every migration that this code needs; also where they have newer ones. */
export async function areMigrated({
  database,
  eventLog,
}: Pick<Databases, "database" | "eventLog">): Promise<boolean> {
  const migrated = await Promise.all([
    hasMigration(database, NEWEST_MIGRATION),
    hasMigration(eventLog, NEWEST_LOG_MIGRATION),
  ]);
  return migrated.every(Boolean);
}
