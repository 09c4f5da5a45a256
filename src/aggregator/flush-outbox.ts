import type { AggregatedExperiment } from "#ledger/aggregated-experiment.ts";
import { within } from "#shared/within.ts";
import { openDatabase } from "#store/database.ts";
import { writeEventChunk } from "#store/event-chunks.ts";
import { packJson } from "#store/pack.ts";
import type { ChunkPlan, Outbox } from "./storage/outbox.ts";

/** How long a flush waits for the database. */
const DATABASE_TIMEOUT_MILLISECONDS = 10_000;

/**
 * Moves the outbox into the event log, chunk by chunk.
 * @param plan the next chunk, undefined once there is none
 * @param finish forgets a chunk that the log has
 */
export async function flushOutbox(
  { LOG }: Pick<Env, "LOG">,
  { key, shard }: AggregatedExperiment,
  outbox: Outbox,
  plan: () => ChunkPlan | undefined,
  finish: (plan: ChunkPlan) => void,
): Promise<void> {
  const eventLog = openDatabase(LOG);
  for (let next = plan(); next; next = plan()) {
    const chunk = { experiment: key, shard, ...next, entries: packJson(outbox.chunkText(next)) };
    // One that is cut off here and arrives after all is repeated exactly, and ignored.
    await within(DATABASE_TIMEOUT_MILLISECONDS, writeEventChunk({ eventLog }, chunk));
    finish(next);
  }
}
