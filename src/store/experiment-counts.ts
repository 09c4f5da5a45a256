import { count, eq } from "drizzle-orm";
import * as z from "zod";
import { experimentStatusSchema } from "#model/experiment/experiment.ts";
import type { Database } from "./database.ts";
import { experimentTable } from "./schema.ts";

const rowsSchema = z.array(z.strictObject({ status: experimentStatusSchema, experiments: z.int() }));

/** How many experiments have which status. */
export async function countExperiments(database: Database) {
  const rows = await database
    .select({ status: experimentTable.status, experiments: count() })
    .from(experimentTable)
    .where(eq(experimentTable.isHoldout, false))
    .groupBy(experimentTable.status);
  return rowsSchema.parse(rows);
}
