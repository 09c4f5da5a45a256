import type { LogEntry } from "#ledger/log-entry.ts";
import type { ExperimentTotals } from "#model/analysis/moments.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import type { Databases } from "#store/database.ts";
import { type EventChunk, readEventChunks } from "#store/event-chunks.ts";
import { listQuarantines } from "#store/keys.ts";
import { unpackJson } from "#store/pack.ts";
import { chunksAfter } from "./chunks-after.ts";
import { decodeEntries } from "./codec.ts";
import type { LogSource } from "./log-source.ts";
import { isQuarantined, type Quarantine } from "./quarantine.ts";

/**
 * The entries of a chunk, with what is quarantined.
 * @param phase that all of them belong to, where they do not tell
 * @param rows reads only so many of its rows, the first ones
 */
export function parseChunk(
  { entries }: Pick<EventChunk, "entries">,
  phase?: number,
  rows?: number,
): LogEntry[] {
  const decoded = decodeEntries(unpackJson(entries), rows);
  return phase === undefined ? decoded : decoded.map((entry) => ({ ...entry, phase }));
}

function withoutQuarantined(entries: LogEntry[], quarantines: readonly Quarantine[]): LogEntry[] {
  return quarantines.length === 0 ? entries : entries.filter((entry) => !isQuarantined(entry, quarantines));
}

/**
 * Streams the event log of one shard in order, without what came by quarantined keys.
 * @param position `phase` that all its entries belong to, where they do not tell; `until` the last sequence number to read
 */
export async function* readLog(
  databases: Databases,
  position: LogSource & { after?: number },
): AsyncGenerator<{ sequence: number; lastSequence: number; entries: LogEntry[] }> {
  const { experiment, shard, phase, until = Number.POSITIVE_INFINITY } = position;
  const quarantines = await listQuarantines(databases.database);
  for await (const chunk of chunksAfter(databases, { experiment, shard }, position.after ?? 0)) {
    if (chunk.lastSequence > until) return;
    const { sequence, lastSequence } = chunk;
    yield { sequence, lastSequence, entries: withoutQuarantined(parseChunk(chunk, phase), quarantines) };
  }
}

/** Chunks may hold a single event each; after this many readings enough is enough. */
const MAXIMUM_READINGS_BACKWARDS = 4;
const MAXIMUM_CHUNKS_BACKWARDS = 100;

/**
 * The newest entries of one shard, as many as asked for, in the order of their recording. Reads a
 * bounded part of the log, so that of very small chunks it may give fewer.
 */
export async function readNewestEntries(
  databases: Databases,
  { experiment, shard, entries: wanted }: { experiment: string; shard: number; entries: number },
): Promise<LogEntry[]> {
  const quarantines = await listQuarantines(databases.database);
  const newestFirst: LogEntry[][] = [];
  let before = Number.MAX_SAFE_INTEGER;
  let limit = 2;
  let entryCount = 0;
  for (let reading = 0; reading < MAXIMUM_READINGS_BACKWARDS && entryCount < wanted; reading++) {
    const chunks = await readEventChunks(databases, { experiment, shard, before, limit });
    for (const { sequence, entries } of chunks) {
      before = sequence;
      if (entryCount >= wanted) break;
      const parsed = withoutQuarantined(parseChunk({ entries }), quarantines);
      newestFirst.push(parsed);
      entryCount += parsed.length;
    }
    if (chunks.length < limit) break;
    const usual = entryCount / newestFirst.length;
    limit = Math.min(MAXIMUM_CHUNKS_BACKWARDS, Math.ceil((wanted - entryCount) / usual) + 1);
  }
  return newestFirst.toReversed().flat().slice(-wanted);
}

/** What a rebuild must know of an experiment. */
export type ReplayableExperiment = Pick<Experiment, "spec" | "metricDefinitions" | "phases" | "exclusions">;

/** An experiment's totals as of the places of its log up to which it is read. */
export interface LogCheckpoint {
  /** By phase of constant weights. */
  phases: readonly ExperimentTotals[];
}
