import type { LogPlace } from "#store/archive/parts.ts";
import type { Databases } from "#store/database.ts";
import { type EventChunk, readEventChunks } from "#store/event-chunks.ts";

export const CHUNKS_PER_READ = 10;

/** About so many characters are read at once, in chunks that may be small: an invocation may ask a database 1,000 times. */
const CHARACTERS_PER_READ = 2_000_000;
const MAXIMUM_CHUNKS_PER_READ = 500;

/** The chunks of a shard after a place in its log, one after the other. */
export async function* chunksAfter(
  databases: Databases,
  place: LogPlace,
  start: number,
): AsyncGenerator<EventChunk> {
  const { experiment, shard } = place;
  let [after, limit] = [start, CHUNKS_PER_READ];
  for (;;) {
    const chunks = await readEventChunks(databases, { experiment, shard, after, limit });
    yield* chunks;
    const last = chunks.at(-1);
    if (!last || chunks.length < limit) return;
    after = last.sequence;
    const characters = chunks.reduce((sum, { entries }) => sum + entries.length, 0);
    const fitting = Math.floor((CHARACTERS_PER_READ * chunks.length) / characters);
    limit = Math.min(MAXIMUM_CHUNKS_PER_READ, Math.max(CHUNKS_PER_READ, fitting));
  }
}
