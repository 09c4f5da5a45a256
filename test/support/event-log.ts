import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { decodeEntries } from "#event-log/codec.ts";
import type { LogEntry } from "#ledger/log-entry.ts";
import { openDatabases } from "#store/database.ts";
import { readEventChunks } from "#store/event-chunks.ts";
import { unpackJson } from "#store/pack.ts";
import { archivePartTable, eventChunkTable } from "#store/schema.ts";

export type LoggedEntry = LogEntry & { shard: number };

/** More chunks than any test writes. */
const ALL_CHUNKS = 10_000;

/** Everything that the event log keeps of an experiment, also in the archive, with the shard that it is in. */
export async function readLoggedEntries(experiment: string): Promise<LoggedEntry[]> {
  const databases = openDatabases(env);
  const shardsIn = (table: typeof eventChunkTable | typeof archivePartTable) =>
    databases.eventLog
      .selectDistinct({ shard: table.shard })
      .from(table)
      .where(eq(table.experiment, experiment));
  const rows = [...(await shardsIn(eventChunkTable)), ...(await shardsIn(archivePartTable))];
  const shards = [...new Set(rows.map(({ shard }) => shard))].toSorted((a, b) => a - b);
  const entries: LoggedEntry[] = [];
  for (const shard of shards) {
    const chunks = await readEventChunks(databases, { experiment, shard, after: -1, limit: ALL_CHUNKS });
    for (const chunk of chunks)
      entries.push(...decodeEntries(unpackJson(chunk.entries)).map((entry) => ({ ...entry, shard })));
  }
  return entries;
}

/** How many entries of a kind the event log keeps of an experiment. */
export async function countLogged(
  experiment: string,
  isCounted: (entry: LoggedEntry) => boolean,
): Promise<number> {
  return (await readLoggedEntries(experiment)).filter(isCounted).length;
}
