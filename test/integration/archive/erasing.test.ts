import { env } from "cloudflare:workers";
import fc from "fast-check";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { unitHashesOf } from "#aggregator/unit-hash.ts";
import { moveOldChunks } from "#event-log/archive/move-old-chunks.ts";
import { removeUnits } from "#event-log/remove-units.ts";
import { readChunkFile, textOfChunk } from "#store/archive/chunk-file.ts";
import { openDatabases } from "#store/database.ts";
import { unpackJson } from "#store/pack.ts";
import { createExperiment, succeed } from "#test/support/api-client.ts";
import { ALL, archiveAll, archivedKeys, logEvents, readWholeLog } from "#test/support/archive.ts";
import { unitWith } from "#test/support/assigned-units.ts";
import { eraseUnit } from "#test/support/erasures.ts";
import { Mortal } from "#test/support/mortal.ts";

const LABELS = ["a1", "b1", "a2", "b2", "a3", "b3", "a4", "b4"];

/** All that the archive says of an experiment, as text in which a unit can be looked for. */
async function archiveText(experiment: string): Promise<string> {
  const texts: string[] = [];
  const keys = (await archivedKeys()).filter((key) => key.includes(`/experiment=${experiment}/`));
  for (const key of keys) {
    const file = await (await env.ARCHIVE.get(key))?.arrayBuffer();
    if (!file) continue;
    texts.push(new TextDecoder("latin1").decode(file));
    if (key.startsWith("log/"))
      texts.push(...(await readChunkFile(file)).map((chunk) => unpackJson(textOfChunk(chunk))));
  }
  return texts.join("\n");
}

beforeEach(async () => {
  await archiveAll();
  // What is cut off is logged.
  vi.spyOn(console, "error").mockImplementation(() => {});
});

describe("erasing a unit", () => {
  it("reaches the archive: its objects are written anew without the unit", async () => {
    const { key } = await createExperiment({ properties: ["plan"] });
    await logEvents(key, LABELS, 2);
    await archiveAll();
    const unit = unitWith("a2", [{ key }, "treatment"]);
    const hash = unitHashesOf(env).of(unit, null) ?? "";
    expect(await archiveText(key)).toContain(hash);
    const before = await readWholeLog(key);

    await eraseUnit(unit);
    const after = await readWholeLog(key);
    expect(after.filter(({ kind }) => kind === "outcome")).toEqual(
      before.filter((entry) => entry.unit !== hash),
    );
    expect(await archiveText(key)).not.toContain(hash);
    expect(await succeed("GET", `/v1/experiments/${key}/verify`)).toMatchObject({
      agrees: true,
      units: LABELS.length - 1,
    });
    expect((await succeed("GET", `/v1/experiments/${key}/results`)).analysis).toMatchObject({
      erasedUnits: 1,
    });
  });

  it("leaves nothing of the unit wherever moves and the erasure are cut off and overlap", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            isMove: fc.boolean(),
            calls: fc.integer({ min: 0, max: 30 }),
            isLastDone: fc.boolean(),
          }),
          { maxLength: 8 },
        ),
        async (steps) => {
          const { key } = await createExperiment();
          await logEvents(key, LABELS, 2);
          const before = await readWholeLog(key);
          const hash = before[2]?.unit ?? "";
          const left = before.filter(({ unit }) => unit !== hash);
          const until = new Map([[hash, Number.MAX_SAFE_INTEGER]]);
          const remove = (databases = openDatabases(env)) =>
            removeUnits(databases, { experiment: key, shard: 0, after: 0, until }, 1_000);
          const work = steps.map(async ({ isMove, calls, isLastDone }) => {
            const mortal = new Mortal(calls, isLastDone);
            const [LOG, ARCHIVE] = [mortal.database(env.LOG), mortal.bucket(env.ARCHIVE)];
            const databases = openDatabases({ DB: env.DB, LOG, ARCHIVE });
            const move = () => moveOldChunks(databases, ARCHIVE, ALL, Date.now(), () => false);
            // What meets others at work may fail, and is repeated.
            await (isMove ? move() : remove(databases)).catch(() => {});
          });
          await Promise.all(work);
          await remove();
          expect(await readWholeLog(key)).toEqual(left);
          await archiveAll();
          await moveOldChunks(openDatabases(env), env.ARCHIVE, ALL, Date.now() + 3_700_000, () => false);
          expect(await readWholeLog(key)).toEqual(left);
          expect(await archiveText(key)).not.toContain(hash);
        },
      ),
      { numRuns: 20 },
    );
  });
});
