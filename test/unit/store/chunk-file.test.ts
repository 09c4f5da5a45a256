import fc from "fast-check";
import { expect, it } from "vitest";
import { ChunkFile, isSameChunk, readChunkFile, textOfChunk } from "#store/archive/chunk-file.ts";
import { packJson, unpackJson } from "#store/pack.ts";

interface Chunk {
  sequence: number;
  lastSequence: number;
  entries: string;
}

/** The bytes of a file, and nothing beside them. */
function fileOf(chunks: readonly Chunk[]): ArrayBuffer {
  const file = new ChunkFile();
  for (const chunk of chunks) file.add(chunk);
  return Uint8Array.from(file.finish()).buffer;
}

const chunkArbitrary = fc.record({
  sequence: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
  lastSequence: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
  json: fc.jsonValue().map((value) => JSON.stringify([value])),
  // As earlier versions stored it.
  isPacked: fc.boolean(),
});

it("chunks come back from a file as they were, and those that were not packed are", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(chunkArbitrary, { maxLength: 40 }), async (chunks) => {
      const written = chunks.map(({ json, isPacked, ...place }) => ({
        ...place,
        entries: isPacked ? packJson(json) : json,
      }));
      const read = await readChunkFile(fileOf(written));
      expect(written.map((chunk, index) => read[index] && isSameChunk(read[index], chunk))).toEqual(
        written.map(() => true),
      );
      expect(read.map(({ sequence, lastSequence }) => ({ sequence, lastSequence }))).toEqual(
        chunks.map(({ sequence, lastSequence }) => ({ sequence, lastSequence })),
      );
      expect(read.map((chunk) => textOfChunk(chunk))).toEqual(chunks.map(({ json }) => packJson(json)));
      expect(read.map((chunk) => unpackJson(textOfChunk(chunk)))).toEqual(chunks.map(({ json }) => json));
    }),
  );
});

it("a chunk that is damaged is not put into a file, and a damaged file gives no chunks", async () => {
  expect(() => fileOf([{ sequence: 1, lastSequence: 1, entries: "damaged" }])).toThrow("not packed");
  const file = fileOf([{ sequence: 1, lastSequence: 2, entries: packJson("[]") }]);
  await expect(readChunkFile(file.slice(0, -5))).rejects.toThrow();
});

it("a chunk with another place or other entries is another one", async () => {
  const chunk = { sequence: 1, lastSequence: 2, entries: packJson("[]") };
  const [stored] = await readChunkFile(fileOf([chunk]));
  if (!stored) throw new Error("a file has its chunks");
  expect(isSameChunk(stored, chunk)).toBe(true);
  for (const other of [{ sequence: 2 }, { lastSequence: 3 }, { entries: packJson("[1]") }])
    expect(isSameChunk(stored, { ...chunk, ...other })).toBe(false);
});
