import { env } from "cloudflare:workers";
import { moveOldChunks } from "#event-log/archive/move-old-chunks.ts";
import { readLog } from "#event-log/read.ts";
import type { LogEntry } from "#ledger/log-entry.ts";
import { openDatabases } from "#store/database.ts";
import { succeed } from "./api-client.ts";
import { unitWith } from "./assigned-units.ts";

/** Everything is old. */
export const ALL = { until: Number.POSITIVE_INFINITY, from: Number.POSITIVE_INFINITY };

/** Moves all that is in the log's database into the archive. */
export async function archiveAll(
  databases = openDatabases(env),
  bucket: R2Bucket = env.ARCHIVE,
): Promise<void> {
  const left = () => env.LOG.prepare("SELECT COUNT(*) AS chunks FROM event_chunk").first<number>("chunks");
  for (let run = 0; run < 20 && (await left()) !== 0; run++)
    await moveOldChunks(databases, bucket, ALL, Date.now(), () => false);
}

/** The log of a shard, from wherever it is. */
export async function readWholeLog(experiment: string, shard = 0): Promise<LogEntry[]> {
  const entries: LogEntry[] = [];
  for await (const chunk of readLog(openDatabases(env), { experiment, shard }))
    entries.push(...chunk.entries);
  return entries;
}

/**
 * Sends an event of each unit, in batches, each of which is a chunk of the log.
 * @param labels of units of the treatment
 */
export async function logEvents(experiment: string, labels: readonly string[], perChunk = 3): Promise<void> {
  for (let first = 0; first < labels.length; first += perChunk) {
    const events = labels.slice(first, first + perChunk).map((label, index) => ({
      id: crypto.randomUUID(),
      experiment,
      unit: unitWith(label, [{ key: experiment }, "treatment"]),
      variant: "treatment",
      metrics: { task_success: index % 2, latency_ms: 100 + first },
      properties: { plan: label.slice(0, 1) },
    }));
    await succeed("POST", "/v1/events", { events });
    await succeed("GET", `/v1/experiments/${experiment}/events?limit=1`);
  }
}

/** The keys of all objects of the archive. */
export async function archivedKeys(): Promise<string[]> {
  return (await env.ARCHIVE.list()).objects.map(({ key }) => key);
}
