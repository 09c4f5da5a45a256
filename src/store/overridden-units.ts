import { sql } from "drizzle-orm";
import * as z from "zod";
import type { Database } from "./database.ts";
import { experimentTable } from "./schema.ts";

/** What one statement is asked about: some 100 bytes each, of the 2,000,000 that it may have. */
const EXPERIMENTS_PER_STATEMENT = 10_000;

const rowsSchema = z.array(z.strictObject({ key: z.string() }));

/**
 * The keys of experiments that force or exclude a unit. A few queries, however many experiments have overrides: an invocation may
 * ask a database 1,000 times.
 * @param nameOf what stands for the unit in the list of an experiment, by the experiment's key
 */
export async function listOverriding(
  database: Database,
  nameOf: (experiment: string) => string,
): Promise<string[]> {
  const candidates = await database
    .select({ key: experimentTable.key })
    .from(experimentTable)
    .where(sql`${experimentTable.overrides} <> '[]'`);
  const found: string[] = [];
  for (let first = 0; first < candidates.length; first += EXPERIMENTS_PER_STATEMENT) {
    const asked = candidates.slice(first, first + EXPERIMENTS_PER_STATEMENT);
    const rows = await database.all(sql`
      SELECT experiment.key AS key
      FROM json_each(${JSON.stringify(asked.map(({ key }) => [key, nameOf(key)]))}) AS asked
      JOIN experiment ON experiment.key = asked.value ->> 0
      WHERE EXISTS (
        SELECT 1 FROM json_each(experiment.overrides) AS override WHERE override.value ->> 'unit' = asked.value ->> 1)`);
    found.push(...rowsSchema.parse(rows).map(({ key }) => key));
  }
  return found;
}
