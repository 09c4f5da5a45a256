import { and, inArray, isNotNull, isNull, notInArray, sql } from "drizzle-orm";
import type { Database } from "./database.ts";
import { experimentTable } from "./schema.ts";

/**
 * Notes by which secret the units of experiments are hashed that started before that was kept. Edges need not be told: for them
 * it is the same one.
 * @param id of the oldest secret of the installation
 */
export async function noteUnitKey(database: Database, id: string): Promise<void> {
  await database
    .update(experimentTable)
    .set({ unitKeyId: id })
    .where(and(isNull(experimentTable.unitKeyId), isNotNull(experimentTable.startedAt)));
}

/** How many active experiments are hashed by other secrets than these. @param ids a few */
export async function countWithoutUnitKey(database: Database, ids: readonly string[]): Promise<number> {
  const { status, unitKeyId } = experimentTable;
  const row = await database
    .select({ experiments: sql<number>`COUNT(*)` })
    .from(experimentTable)
    .where(and(inArray(status, ["running", "paused"]), isNotNull(unitKeyId), notInArray(unitKeyId, [...ids])))
    .get();
  return row?.experiments ?? 0;
}
