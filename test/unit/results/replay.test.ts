import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findFault, type SealedRecord, sealRecord } from "#model/analysis/chain-links.ts";
import { type ChainHead, chainRecordSchema } from "#model/analysis/chain-record.ts";
import { compareResults, summarizeDifferences } from "#results/compare-results.ts";
import { replayFromStored } from "#results/replay.ts";
import { decodeEvidence, encodeEvidence, isIntact } from "#store/evidence-codec.ts";
import { arbitraryEvidence } from "./evidence-arbitrary.ts";

type Encoded = NonNullable<Awaited<ReturnType<typeof encodeEvidence>>>;

async function stored(evidence: Parameters<typeof encodeEvidence>[0]): Promise<Encoded> {
  const encoded = await encodeEvidence(evidence);
  if (!encoded) throw new Error("the evidence is too large");
  return encoded;
}

async function sealed({ hashes: evidence }: Encoded, head: ChainHead | undefined): Promise<SealedRecord> {
  const act = { actor: "cron", action: "stop", variant: null, code: "maximum_units_reached" } as const;
  const told = { reason: "„Ende“ \u{1f600}", outcome: { kind: "carried_out" }, phase: 0 } as const;
  const kept = { engineVersion: "8", evidence, missing: null };
  return sealRecord({ experiment: "experiment", at: 1_700_000_000_000, ...act, ...told, ...kept }, head);
}

/** A text with one bit of one byte changed. */
function flipped(text: string, place: number, bit: number): string {
  const bytes = new TextEncoder().encode(text);
  const index = place % bytes.length;
  bytes[index] = (bytes[index] ?? 0) ^ (1 << bit);
  return new TextDecoder().decode(bytes);
}

describe("a recorded decision", () => {
  it("is computed again alike from what is stored, 1,000 of them", { timeout: 300_000 }, async () => {
    const actions = new Set<string>();
    await fc.assert(
      fc.asyncProperty(arbitraryEvidence, async (evidence) => {
        const { hashes, values } = await stored(evidence);
        const decoded = decodeEvidence(hashes, new Map(values.map(({ hash, value }) => [hash, value])));
        if (!decoded.ok) throw new Error(decoded.error.detail);
        const content = chainRecordSchema.parse(
          JSON.parse((await sealed({ hashes, values }, undefined)).record),
        );
        const replay = replayFromStored(decoded.value, { hash: hashes.spec, content });
        expect(replay).toMatchObject({ identical: true, differences: [], differenceCount: 0 });
        expect(decoded.value.positions).toEqual(evidence.positions);
        actions.add(evidence.result.decision.action);
      }),
      { numRuns: 1_000 },
    );
    expect([...actions].sort()).toEqual(expect.arrayContaining(["hold", "promote", "rollback", "stop"]));
  });

  it("shows any byte that was changed, of the record or of what it names", async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryEvidence,
        fc.nat(),
        fc.nat({ max: 7 }),
        fc.constantFrom("record", "hash", "previousHash", "value"),
        fc.nat(),
        async (evidence, place, bit, part, which) => {
          const encoded = await stored(evidence);
          const first = await sealed(encoded, undefined);
          const second = await sealed(encoded, first);
          expect(await findFault(first, undefined)).toBeUndefined();
          expect(await findFault(second, first)).toBeUndefined();
          if (part === "value") {
            const value = encoded.values[which % encoded.values.length];
            if (!value) throw new Error("there are values");
            expect(await isIntact(value)).toBe(true);
            expect(await isIntact({ ...value, value: flipped(value.value, place, bit) })).toBe(false);
          } else {
            const changed = { ...second, [part]: flipped(second[part], place, bit) };
            expect(await findFault(changed, first)).toBeDefined();
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it("has one place: another one after the same record, or one less, is found", async () => {
    const [evidence] = fc.sample(arbitraryEvidence, { numRuns: 1, seed: 1 });
    if (!evidence) throw new Error("there is evidence");
    const encoded = await stored(evidence);
    const first = await sealed(encoded, undefined);
    const second = await sealed(encoded, first);
    const third = await sealed(encoded, second);
    expect(await findFault(third, first)).toBe("record_missing");
    expect(await findFault(second, { ...first, hash: third.hash })).toBe("link_broken");
  });
});

describe("differences between two results", () => {
  it("are named by their place, with what is stored and what is computed", () => {
    const stored = { a: { "b/c": [1, 2, "x"] }, gone: { deep: true }, same: null };
    const recomputed = { a: { "b/c": [1, 3, "x"] }, added: [], same: null };
    expect(compareResults(stored, recomputed)).toEqual([
      { path: "/a/b~1c/1", stored: 2, recomputed: 3 },
      { path: "/gone/deep", stored: true, recomputed: undefined },
      { path: "/added", stored: undefined, recomputed: "[]" },
    ]);
  });

  it("are told up to twenty, and counted beyond", () => {
    const many = compareResults(
      Array.from({ length: 30 }, () => 1),
      Array.from({ length: 30 }, () => 2),
    );
    expect(summarizeDifferences(many)).toMatchObject({ identical: false, differenceCount: 30 });
    expect(summarizeDifferences(many).differences).toHaveLength(20);
  });

  it("are none between a value and itself, and some as soon as one leaf differs", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        expect(compareResults({ one }, { one })).toEqual([]);
        const isSame = JSON.stringify(one) === JSON.stringify(other);
        if (isSame) return;
        const differences = compareResults({ one }, { one: other });
        const isReordered = differences.length === 0;
        if (isReordered) expect(one).toEqual(other);
      }),
    );
  });
});
