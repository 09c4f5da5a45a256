import { env } from "cloudflare:workers";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { moveOldChunks } from "#event-log/archive/move-old-chunks.ts";
import { readNewestEntries } from "#event-log/read.ts";
import { openDatabases } from "#store/database.ts";
import { readEventChunks, writeEventChunk } from "#store/event-chunks.ts";
import { createExperiment, succeed } from "#test/support/api-client.ts";
import { ALL, archiveAll, archivedKeys, logEvents, readWholeLog } from "#test/support/archive.ts";
import { Mortal } from "#test/support/mortal.ts";

const LABELS = Array.from({ length: 12 }, (_, index) => `${"ab"[index % 2]}${index}`);

async function rowsOf(query: string): Promise<Record<string, unknown>[]> {
  return (await env.LOG.prepare(query).all()).results;
}

async function chunksInDatabase(experiment: string): Promise<number> {
  const rows = await rowsOf(`SELECT sequence FROM event_chunk WHERE experiment = '${experiment}'`);
  return rows.length;
}

/** What the API says that is read from the log. */
async function answersOf(key: string) {
  const answers = [
    await succeed("GET", `/v1/experiments/${key}/events`),
    await succeed("GET", `/v1/experiments/${key}/segments?property=plan`),
    await succeed("GET", `/v1/experiments/${key}/verify`),
  ];
  expect(answers[2]).toMatchObject({ agrees: true });
  return answers.map(({ checkedAt, verifiedAt, ...answer }) => answer);
}

describe("old events", () => {
  it("are read from the archive as from the database, by everything that reads the log", async () => {
    const { key } = await createExperiment({ properties: ["plan"] });
    await logEvents(key, LABELS);
    const before = await answersOf(key);
    const entries = await readWholeLog(key);
    await archiveAll();
    expect(await chunksInDatabase(key)).toBe(0);
    expect(await answersOf(key)).toEqual(before);
    expect(await readWholeLog(key)).toEqual(entries);
    const newest = await readNewestEntries(openDatabases(env), { experiment: key, shard: 0, entries: 5 });
    expect(newest).toEqual(entries.slice(-5));
    // What comes afterwards follows what is archived.
    await logEvents(key, ["later"]);
    expect((await readWholeLog(key)).slice(0, entries.length)).toEqual(entries);
    expect(await readWholeLog(key)).toHaveLength(entries.length + 1);
    expect(await readNewestEntries(openDatabases(env), { experiment: key, shard: 0, entries: 5 })).toEqual(
      (await readWholeLog(key)).slice(-5),
    );
    await archiveAll();
    expect(await succeed("GET", `/v1/experiments/${key}/verify`)).toMatchObject({ agrees: true });
    expect(await readWholeLog(key)).toHaveLength(entries.length + 1);
  });

  it("stay where they are until they are old, and wait for each other", async () => {
    const { key } = await createExperiment();
    await logEvents(key, LABELS.slice(0, 6));
    const databases = openDatabases(env);
    const [first] = await readWholeLog(key);
    const receivedAt = first?.kind === "outcome" ? first.receivedAt : 0;
    const move = (until: number, from: number) =>
      moveOldChunks(databases, env.ARCHIVE, { until, from }, Date.now(), () => false);
    await move(receivedAt - 1, receivedAt - 1);
    await move(Date.now(), receivedAt - 1);
    expect(await chunksInDatabase(key)).toBe(2);
    for (let run = 0; run < 20 && (await chunksInDatabase(key)) === 2; run++)
      await move(receivedAt, Date.now());
    expect(await chunksInDatabase(key)).toBe(1);
  });

  it("are neither lost nor doubled wherever a move is cut off", async () => {
    const { key } = await createExperiment();
    await logEvents(key, LABELS, 2);
    const entries = await readWholeLog(key);
    // What is cut off is logged.
    vi.spyOn(console, "error").mockImplementation(() => {});
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 30 }), fc.boolean(), async (calls, isLastDone) => {
        const mortal = new Mortal(calls, isLastDone);
        const databases = openDatabases({
          DB: env.DB,
          LOG: mortal.database(env.LOG),
          ARCHIVE: mortal.bucket(env.ARCHIVE),
        });
        await moveOldChunks(databases, mortal.bucket(env.ARCHIVE), ALL, Date.now(), () => false).catch(
          (cause: unknown) => {
            if (!mortal.isDead) throw cause;
          },
        );
        expect(await readWholeLog(key)).toEqual(entries);
        if (mortal.isDead) return;
        await logEvents(key, ["more"]);
        entries.push(...(await readWholeLog(key)).slice(entries.length));
      }),
      { numRuns: 40 },
    );
    await archiveAll();
    expect(await readWholeLog(key)).toEqual(entries);
    expect(await succeed("GET", `/v1/experiments/${key}/verify`)).toMatchObject({ agrees: true });
    // An hour later nothing is left of what was cut off.
    await moveOldChunks(openDatabases(env), env.ARCHIVE, ALL, Date.now() + 3_700_000, () => false);
    const parts = await rowsOf("SELECT name, objects FROM archive_part");
    const keys = parts.flatMap(({ name, objects }) =>
      JSON.parse(String(objects)).map(({ table }: { table: string }) => `${table}/${name}`),
    );
    expect((await archivedKeys()).toSorted()).toEqual(keys.toSorted());
    expect(await rowsOf("SELECT * FROM archive_leftover")).toEqual([]);
  });

  it("are neither lost nor doubled where moves overlap", async () => {
    const { key } = await createExperiment();
    await logEvents(key, LABELS, 2);
    const entries = await readWholeLog(key);
    const databases = openDatabases(env);
    const reads: Promise<unknown>[] = [];
    for (let run = 0; run < 4; run++) {
      reads.push(moveOldChunks(databases, env.ARCHIVE, ALL, Date.now(), () => false));
      reads.push(readWholeLog(key).then((read) => expect(read).toEqual(entries)));
    }
    await Promise.all(reads);
    await archiveAll();
    expect(await readWholeLog(key)).toEqual(entries);
  });

  it("leave their place taken: a chunk that arrives late is ignored", async () => {
    const { key } = await createExperiment();
    await logEvents(key, LABELS.slice(0, 4), 2);
    const databases = openDatabases(env);
    const chunks = await readEventChunks(databases, { experiment: key, shard: 0, after: 0, limit: 10 });
    await archiveAll();
    for (const chunk of chunks) await writeEventChunk(databases, chunk);
    expect(await chunksInDatabase(key)).toBe(0);
    expect(await readEventChunks(databases, { experiment: key, shard: 0, after: 0, limit: 10 })).toEqual(
      chunks,
    );
  });
});
