import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createFingerprintSet, fingerprintOf } from "#sdk/transport/fingerprint-set.ts";

const GROUP = fingerprintOf("group");

/** Hexadecimal, like identifiers: long texts that differ in a few places. */
function identifierOf(index: number): string {
  const digits = index.toString(16).padStart(8, "0");
  return `${digits}-5f2c-7a10-9b44-00000000${digits.slice(4)}`;
}

describe("a set of fingerprints", () => {
  it("answers as a set of texts would, as long as they are not too many", () => {
    const text = fc.oneof(fc.string({ maxLength: 3 }), fc.string({ unit: "binary", maxLength: 40 }));
    fc.assert(
      fc.property(fc.array(text, { maxLength: 64 }), (texts) => {
        const set = createFingerprintSet(64);
        const truth = new Set<string>();
        for (const candidate of texts) {
          expect(set.add(GROUP, candidate)).toBe(!truth.has(candidate));
          truth.add(candidate);
        }
      }),
    );
  });

  it.each([
    ["numbered users", (index: number) => `user-${index}`],
    ["numbers", (index: number) => String(index)],
    ["mail addresses", (index: number) => `person${index}@customer.example`],
    ["identifiers", identifierOf],
    ["ends that differ", (index: number) => "a".repeat(200) + index.toString(36)],
    ["lengths that differ", (index: number) => `${index % 500}`.padEnd(4 + Math.floor(index / 500), "\0")],
  ])("takes none of 100,000 %s for another", (_, textOf) => {
    const set = createFingerprintSet(131_072);
    const texts = Array.from({ length: 100_000 }, (_, index) => textOf(index));
    expect(new Set(texts).size).toBe(texts.length);
    expect(texts.filter((text) => !set.add(GROUP, text))).toEqual([]);
    expect(texts.filter((text) => set.add(GROUP, text))).toEqual([]);
  });

  it("keeps groups apart", () => {
    const set = createFingerprintSet(131_072);
    for (let group = 0; group < 1_000; group++) {
      const name = fingerprintOf(`["answer","arm-${group}",0]`);
      for (let unit = 0; unit < 100; unit++) expect(set.add(name, `user-${unit}`)).toBe(true);
    }
  });

  it("remembers the newest up to its capacity, and forgets who came twice as long ago", () => {
    const set = createFingerprintSet(1_024);
    const indices = Array.from({ length: 10_000 }, (_, index) => index);
    const add = (index: number) => set.add(GROUP, `user-${index}`);
    expect(indices.filter((index) => !add(index))).toEqual([]);
    expect(indices.slice(-1_024).filter(add)).toEqual([]);
    expect(add(0)).toBe(true);
  });

  it("still knows whom it is asked about again and again", () => {
    const set = createFingerprintSet(64);
    set.add(GROUP, "regular");
    for (let index = 0; index < 1_000; index++) {
      set.add(GROUP, `user-${index}`);
      expect(set.add(GROUP, "regular")).toBe(false);
    }
  });
});
