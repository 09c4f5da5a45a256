import type { LoggedEvent, LoggedEventPage } from "#contract/event-log.ts";
import type { Databases } from "#store/database.ts";
import { readOutermostShard } from "#store/event-chunks.ts";
import { readLog } from "./read.ts";

/** A chunk's outcome events, and where it is, as a cursor. */
interface LoggedChunk {
  events: LoggedEvent[];
  cursor: string;
}

/** The logged outcome events in the order of their recording, chunk by chunk. @param cursor `<shard>:<sequence>` */
export async function* readLoggedEvents(
  databases: Databases,
  experiment: string,
  cursor: string,
): AsyncGenerator<LoggedChunk> {
  const [firstShard = 0, firstSequence = 0] = cursor.split(":").map(Number);
  const lastShard = (await readOutermostShard(databases, experiment, "deciding")) ?? -1;
  for (let shard = firstShard; shard <= lastShard; shard++) {
    const after = shard === firstShard ? firstSequence : 0;
    for await (const { sequence, entries } of readLog(databases, { experiment, shard, after })) {
      const events: LoggedEvent[] = [];
      for (const entry of entries) {
        if (entry.kind !== "outcome") continue;
        const { id, unit, variant, at: occurredAt, receivedAt, metrics, properties = {} } = entry;
        events.push({ id, unit, variant, occurredAt, receivedAt, metrics, properties });
      }
      yield { events, cursor: `${shard}:${sequence}` };
    }
  }
}

/**
 * A page of the logged outcome events, in the order of their recording: whole chunks, so it may hold a few more than asked for.
 * @param cursor as the page before gave it, `<shard>:<sequence>`
 */
export async function readEventPage(
  databases: Databases,
  experiment: string,
  { cursor, limit }: { cursor: string; limit: number },
): Promise<LoggedEventPage> {
  const events: LoggedEvent[] = [];
  for await (const chunk of readLoggedEvents(databases, experiment, cursor)) {
    events.push(...chunk.events);
    if (events.length >= limit) return { events, nextCursor: chunk.cursor };
  }
  return { events, nextCursor: null };
}
