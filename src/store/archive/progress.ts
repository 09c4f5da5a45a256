import { asc, eq, sql } from "drizzle-orm";
import type { Databases } from "../database.ts";
import { archiveProgressTable, eventChunkTable } from "../schema.ts";
import type { LogPlace } from "./parts.ts";

/** Before all of them. */
const START = { experiment: "", shard: 0 };

/** The chunk that is first in the log of the next shard in turn; undefined after the last one, and then they begin anew. */
export async function firstOfNextShard({ eventLog }: Pick<Databases, "eventLog">) {
  const { experiment, shard, sequence } = eventChunkTable;
  const next = await eventLog
    .select()
    .from(eventChunkTable)
    .where(sql`(${experiment}, ${shard}) > (SELECT experiment, shard FROM archive_progress WHERE id = 1)`)
    .orderBy(asc(experiment), asc(shard), asc(sequence))
    .limit(1)
    .get();
  if (!next) await noteLooked({ eventLog }, START);
  return next;
}

/** Notes that a shard has had its turn. */
export async function noteLooked(
  { eventLog }: Pick<Databases, "eventLog">,
  { experiment, shard }: LogPlace,
): Promise<void> {
  await eventLog
    .update(archiveProgressTable)
    .set({ experiment, shard })
    .where(eq(archiveProgressTable.id, 1));
}
