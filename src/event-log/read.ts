import { emptyTotals } from "#analyzer/estimates/moments.ts";
import type { LogEntry } from "#ledger/log-entry.ts";
import { Replay } from "#ledger/replay.ts";
import type { ExperimentTotals } from "#model/analysis/moments.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import type { Databases } from "#store/database.ts";
import { type EventChunk, readEventChunks } from "#store/event-chunks.ts";
import { listQuarantines } from "#store/keys.ts";
import { unpackJson } from "#store/pack.ts";
import { decodeEntries } from "./codec.ts";
import { isIn, type Partition } from "./partitions.ts";
import { isQuarantined, type Quarantine } from "./quarantine.ts";
import { readEarlierShards } from "./shards.ts";

const CHUNKS_PER_READ = 10;

function parseChunk(
  { entries }: Pick<EventChunk, "entries">,
  quarantines: readonly Quarantine[],
  phase?: number,
): LogEntry[] {
  const decoded = decodeEntries(unpackJson(entries));
  const placed = phase === undefined ? decoded : decoded.map((entry) => ({ ...entry, phase }));
  return quarantines.length === 0 ? placed : placed.filter((entry) => !isQuarantined(entry, quarantines));
}

/**
 * Streams the event log of one shard in order, without what came by quarantined keys.
 * @param position `phase` that all its entries belong to, where they do not tell; `until` the last sequence number to read
 */
export async function* readLog(
  databases: Databases,
  position: { experiment: string; shard: number; phase?: number; after?: number; until?: number },
): AsyncGenerator<{ sequence: number; lastSequence: number; entries: LogEntry[] }> {
  const { experiment, shard, phase, until = Number.POSITIVE_INFINITY } = position;
  const quarantines = await listQuarantines(databases.database);
  let after = position.after ?? 0;
  for (;;) {
    const chunks = await readEventChunks(databases, { experiment, shard, after, limit: CHUNKS_PER_READ });
    for (const chunk of chunks) {
      if (chunk.lastSequence > until) return;
      const { sequence, lastSequence } = chunk;
      yield { sequence, lastSequence, entries: parseChunk(chunk, quarantines, phase) };
      after = chunk.sequence;
    }
    if (chunks.length < CHUNKS_PER_READ) return;
  }
}

/** A part of an experiment's log. */
interface ShardPosition {
  key: string;
  shard: number;
  /** Among how many the units are divided. */
  shards: number;
  /** The last sequence number that counts. */
  until: number;
}

/** Streams what the log holds of the units of one shard, or of a part of them, in all phases of weights. */
export async function* readShard(
  databases: Databases,
  { key, shard, shards, until }: ShardPosition,
  partition: Partition = { index: 0, of: 1 },
): AsyncGenerator<LogEntry> {
  for (const earlier of await readEarlierShards(databases, { key, shard }, shards))
    for await (const { entries } of readLog(databases, { experiment: key, ...earlier }))
      for (const entry of entries) if (isIn(partition, entry.unit)) yield entry;
  for await (const { entries } of readLog(databases, { experiment: key, shard, until }))
    for (const entry of entries) if (isIn(partition, entry.unit)) yield entry;
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
      const parsed = parseChunk({ entries }, quarantines);
      newestFirst.push(parsed);
      entryCount += parsed.length;
    }
    if (chunks.length < limit) break;
    const usual = entryCount / newestFirst.length;
    limit = Math.min(MAXIMUM_CHUNKS_BACKWARDS, Math.ceil((wanted - entryCount) / usual) + 1);
  }
  return newestFirst.toReversed().flat().slice(-wanted);
}

/**
 * Rebuilds the totals of one shard by phase from nothing but its event log, by the same rules that counted them live, as of the
 * same time for conversion windows.
 * @param partitions how its units are counted, part by part
 */
export async function rebuildTotals(
  databases: Databases,
  { spec, metricDefinitions, exclusions }: Pick<Experiment, "spec" | "metricDefinitions" | "exclusions">,
  { shard, until, maturedUntil }: { shard: number; until: number; maturedUntil: number | null },
  partitions: readonly Partition[] = [{ index: 0, of: 1 }],
): Promise<readonly ExperimentTotals[]> {
  const { key, shards, variants } = spec;
  const nothing = { ...emptyTotals(variants.map((variant) => variant.key)), maturedUntil };
  const replay = new Replay([nothing], metricDefinitions, exclusions);
  for (const partition of partitions) {
    for await (const entry of readShard(databases, { key, shard, shards, until }, partition))
      replay.apply(entry);
    replay.forgetUnits();
  }
  return replay.phases;
}

/** What a rebuild must know of an experiment. */
export type ReplayableExperiment = Pick<Experiment, "spec" | "metricDefinitions" | "phases" | "exclusions">;

/** An experiment's totals and, for every shard, the place in the event log that they correspond to. */
export interface LogCheckpoint {
  /** By phase of constant weights. */
  phases: readonly ExperimentTotals[];
  /** By shard: the last sequence number that counts. */
  until: readonly number[];
}

/** Streams every entry of an experiment's log up to a cut, one shard after the other. */
export async function* readEntries(
  databases: Databases,
  { spec: { key, shards } }: ReplayableExperiment,
  checkpoint: LogCheckpoint,
  partition?: Partition,
): AsyncGenerator<LogEntry> {
  for (const [shard, until] of checkpoint.until.entries())
    yield* readShard(databases, { key, shard, shards, until }, partition);
}
