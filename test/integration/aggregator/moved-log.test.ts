import { env } from "cloudflare:workers";
import { expect, it, vi } from "vitest";
import type { Databases } from "#store/database.ts";
import { eventChunkTable } from "#store/schema.ts";

it("an event log that earlier versions kept beside everything else is read where it is, and moved", async () => {
  vi.resetModules();
  const { openDatabases } = await import("#store/database.ts");
  const { moveEarlierChunks, readEventChunks, readOutermostShard, writeEventChunk } = await import(
    "#store/event-chunks.ts"
  );
  const databases: Databases = openDatabases(env);
  const chunk = (sequence: number) => ({
    experiment: "moved",
    shard: sequence === 5 ? 3 : 0,
    sequence,
    lastSequence: sequence,
    entries: "[]",
  });
  // What is there already is in both places while it is being moved.
  await databases.database.insert(eventChunkTable).values([1, 2, 5].map(chunk));
  for (const sequence of [2, 3]) await writeEventChunk(databases, chunk(sequence));
  const read = async () =>
    (await readEventChunks(databases, { experiment: "moved", shard: 0, after: 0, limit: 10 })).map(
      ({ sequence }) => sequence,
    );
  expect(await read()).toEqual([1, 2, 3]);
  expect(await readOutermostShard(databases, "moved", "deciding")).toBe(3);
  expect(await moveEarlierChunks(databases, 2)).toBe(2);
  expect(await read()).toEqual([1, 2, 3]);
  expect([await moveEarlierChunks(databases, 2), await moveEarlierChunks(databases, 2)]).toEqual([1, 0]);
  expect(await read()).toEqual([1, 2, 3]);
  expect(await readOutermostShard(databases, "moved", "deciding")).toBe(3);
  expect(await env.DB.prepare("SELECT COUNT(*) AS left FROM event_chunk").first("left")).toBe(0);
});
