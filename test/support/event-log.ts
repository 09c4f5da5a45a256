import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { decodeEntries } from "#event-log/codec.ts";
import type { LogEntry } from "#ledger/log-entry.ts";
import { openDatabase } from "#store/database.ts";
import { unpackJson } from "#store/pack.ts";
import { eventChunkTable } from "#store/schema.ts";

export type LoggedEntry = LogEntry & { shard: number };

/** Everything that the event log keeps of an experiment, with the shard that it is in. */
export async function readLoggedEntries(experiment: string): Promise<LoggedEntry[]> {
  const chunks = await openDatabase(env.LOG)
    .select()
    .from(eventChunkTable)
    .where(eq(eventChunkTable.experiment, experiment));
  return chunks.flatMap(({ entries, shard }) =>
    decodeEntries(unpackJson(entries)).map((entry) => ({ ...entry, shard })),
  );
}

/** How many entries of a kind the event log keeps of an experiment. */
export async function countLogged(
  experiment: string,
  isCounted: (entry: LoggedEntry) => boolean,
): Promise<number> {
  return (await readLoggedEntries(experiment)).filter(isCounted).length;
}
