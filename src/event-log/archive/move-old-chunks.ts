import type { LogEntry } from "#ledger/log-entry.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { log } from "#shared/log.ts";
import { deleteLeftovers, discard } from "#store/archive/leftovers.ts";
import { insertPart, type LogPlace, listUnfinished, readArchived } from "#store/archive/parts.ts";
import { firstOfNextShard, noteLooked } from "#store/archive/progress.ts";
import type { Databases } from "#store/database.ts";
import { isLogMoved } from "#store/event-chunks.ts";
import { findExperiment } from "#store/experiments.ts";
import { chunksAfter } from "../chunks-after.ts";
import type { Age } from "./age.ts";
import { finishPart } from "./finish-part.ts";
import { PartBuilder } from "./part-builder.ts";

/** What one run does at most: an invocation may ask a database 1,000 times, and a part takes up to 70 of them. */
const PARTS_AT_ONCE = 8;
const SHARDS_AT_ONCE = 10;

/** When the newest of entries was received; long ago where there are none. */
function newestOf(entries: readonly LogEntry[]): number {
  return entries.reduce((newest, entry) => {
    const receivedAt = entry.kind === "erasure" ? entry.at : (entry.receivedAt ?? entry.at);
    return Math.max(newest, receivedAt);
  }, Number.NEGATIVE_INFINITY);
}

/** One run, which moves old events as long as there is time. */
class Move {
  readonly #databases: Databases;
  readonly #bucket: R2Bucket;
  readonly #age: Age;
  readonly #now: number;
  readonly #isTimeOver: () => boolean;
  #parts = 0;

  constructor(databases: Databases, bucket: R2Bucket, age: Age, now: number, isTimeOver: () => boolean) {
    this.#databases = databases;
    this.#bucket = bucket;
    this.#age = age;
    this.#now = now;
    this.#isTimeOver = isTimeOver;
  }

  async finishOthers(): Promise<void> {
    for (const part of await listUnfinished(this.#databases, PARTS_AT_ONCE)) {
      if (this.#isUsedUp()) return;
      this.#parts += 1;
      await this.#attempt(part, () => finishPart(this.#databases, this.#bucket, part, this.#now));
    }
  }

  async moveNextShards(): Promise<void> {
    for (let shard = 0; shard < SHARDS_AT_ONCE && !this.#isUsedUp(); shard++) {
      const first = await firstOfNextShard(this.#databases);
      if (!first) return;
      await this.#attempt(first, () => this.#moveShard(first));
      await noteLooked(this.#databases, first);
    }
  }

  #isUsedUp(): boolean {
    return this.#parts >= PARTS_AT_ONCE || this.#isTimeOver();
  }

  /** What goes wrong with one shard holds up no other. */
  async #attempt({ experiment }: LogPlace, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (cause) {
      log("error", "old events could not be archived yet", { experiment, cause });
    }
  }

  async #moveShard({ experiment, shard }: LogPlace): Promise<void> {
    const found = await findExperiment(this.#databases.database, experiment);
    if (!found.ok) return;
    while (!this.#isUsedUp()) if (!(await this.#movePart(found.value, { experiment, shard }))) return;
  }

  /** @returns whether there may be more to move */
  async #movePart(experiment: Experiment, place: LogPlace): Promise<boolean> {
    const builder = await this.#collect(experiment, place);
    if (builder.isEmpty) return false;
    this.#parts += 1;
    const part = await builder.write(this.#databases, this.#bucket, this.#now);
    if (!(await insertPart(this.#databases, part))) {
      await discard(this.#databases, this.#bucket, part.name, this.#now);
      return false;
    }
    const written = { ...part, state: "written" as const };
    return (await finishPart(this.#databases, this.#bucket, written, this.#now)) && builder.isFull;
  }

  /** Puts old chunks of a shard that are not archived yet together, from the oldest on. */
  async #collect(experiment: Experiment, place: LogPlace): Promise<PartBuilder> {
    const builder = new PartBuilder(experiment, place.shard);
    const { until, isUnderWay } = await readArchived(this.#databases, place);
    if (isUnderWay) return builder;
    for await (const chunk of chunksAfter(this.#databases, place, until)) {
      const entries = builder.parse(chunk);
      // One that nothing is left of, as its units were erased, goes with its neighbors.
      if (newestOf(entries) > (builder.isEmpty ? this.#age.from : this.#age.until)) break;
      await builder.add(chunk, entries);
      if (builder.isFull) break;
    }
    return builder;
  }
}

/**
 * Moves old events from the log's database into the archive, as many as there is time for. Safe to be cut off anywhere, to be
 * repeated, and to overlap.
 * @param now epoch milliseconds
 * @param isTimeOver whether it is time to end
 */
export async function moveOldChunks(
  databases: Databases,
  bucket: R2Bucket,
  age: Age,
  now: number,
  isTimeOver: () => boolean,
): Promise<void> {
  // Where earlier versions had the log, the archive would not be its beginning.
  if (!(await isLogMoved(databases))) return;
  await deleteLeftovers(databases, bucket, now);
  const move = new Move(databases, bucket, age, now, isTimeOver);
  await move.finishOthers();
  await move.moveNextShards();
}
