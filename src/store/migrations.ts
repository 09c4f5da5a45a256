import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Database } from "./database.ts";

/** The newest file of `migrations/` that this code was written for; a test compares the two. */
export const NEWEST_MIGRATION = "0024_labels.sql";

const rowsSchema = z.array(z.object({ name: z.string() }));

/** True once the database has every migration that this code needs; also where it has newer ones. */
export async function isMigrated(database: Database): Promise<boolean> {
  const rows = await database.all(
    sql`SELECT name FROM d1_migrations WHERE name >= ${NEWEST_MIGRATION} LIMIT 1`,
  );
  return rowsSchema.parse(rows).length > 0;
}
