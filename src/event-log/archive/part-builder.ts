import type { LogEntry } from "#ledger/log-entry.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import type { ArchiveObject } from "#store/archive/archive-object.ts";
import { ChunkFile } from "#store/archive/chunk-file.ts";
import { noteLeftover } from "#store/archive/leftovers.ts";
import { newPartName, putObject } from "#store/archive/objects.ts";
import type { ArchivePart } from "#store/archive/parts.ts";
import type { Databases } from "#store/database.ts";
import type { EventChunk } from "#store/event-chunks.ts";
import { parseChunk } from "../read.ts";
import { PartTables } from "./tables.ts";

/**
 * What a part holds at most, beyond its first chunk: all of it is in memory while it is written, some 30 MB, and its chunks while
 * it is read. Chunks are deleted in one statement.
 */
const MAXIMUM_BYTES = 4_000_000;
const MAXIMUM_ROWS = 300_000;
const MAXIMUM_CHUNKS = 5_000;

/** Between so many entries others get their turn, whom a local server has on the same thread. */
const ENTRIES_AT_ONCE = 500;
const yieldTurn = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

/** The phase that all entries of a shard belong to where they do not tell: those that earlier versions gave to later phases. */
function phaseOf(shard: number, { spec }: Pick<Experiment, "spec">): number | undefined {
  const phase = Math.floor((shard >= 0 ? shard : -1 - shard) / spec.shards);
  return phase === 0 ? undefined : phase;
}

/** A part of the archive that is being put together, from chunks that follow each other. */
export class PartBuilder {
  readonly #phase: number | undefined;
  readonly #tables: PartTables;
  readonly #log = new ChunkFile();
  #first: EventChunk | undefined;
  #last: EventChunk | undefined;
  #chunks = 0;
  #entries = 0;

  constructor(experiment: Pick<Experiment, "spec">, shard: number) {
    this.#phase = phaseOf(shard, experiment);
    this.#tables = new PartTables(experiment, shard);
  }

  get isEmpty(): boolean {
    return this.#chunks === 0;
  }

  get isFull(): boolean {
    const { bytes } = this.#log;
    return bytes >= MAXIMUM_BYTES || this.#tables.rows >= MAXIMUM_ROWS || this.#chunks >= MAXIMUM_CHUNKS;
  }

  /** The entries of a chunk, which may then be added. @throws where it is damaged */
  parse(chunk: EventChunk): LogEntry[] {
    return parseChunk(chunk, this.#phase);
  }

  /** @param entries those of the chunk. @throws where it is damaged */
  async add(chunk: EventChunk, entries: readonly LogEntry[]): Promise<void> {
    this.#log.add(chunk);
    for (const entry of entries) {
      this.#tables.add(entry);
      this.#entries += 1;
      if (this.#entries % ENTRIES_AT_ONCE === 0) await yieldTurn();
    }
    this.#first ??= chunk;
    this.#last = chunk;
    this.#chunks += 1;
  }

  /**
   * Writes all of it into the archive, under a name that no part has yet. Only once.
   * @param now epoch milliseconds
   * @returns the part that it would be
   */
  async write(databases: Databases, bucket: R2Bucket, now: number): Promise<Omit<ArchivePart, "state">> {
    const [first, last] = [this.#first, this.#last];
    if (!first || !last) throw new Error("a part has chunks");
    const { experiment, shard, sequence } = first;
    const { sequence: lastChunk, lastSequence } = last;
    const name = newPartName(experiment, shard, sequence);
    await noteLeftover(databases, name, now);
    const objects: ArchiveObject[] = [
      await putObject(bucket, name, { table: "log", rows: this.#chunks, bytes: this.#log.finish() }),
    ];
    for (const file of this.#tables.files()) objects.push(await putObject(bucket, name, file));
    return {
      experiment,
      shard,
      sequence,
      lastChunk,
      lastSequence,
      name,
      chunks: this.#chunks,
      entries: this.#entries,
      objects,
      writtenAt: now,
    };
  }
}
