import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ByteReader } from "#aggregator/storage/byte-reader.ts";
import { ByteWriter } from "#aggregator/storage/byte-writer.ts";

function written(write: (writer: ByteWriter) => void): ByteReader {
  const writer = new ByteWriter();
  write(writer);
  return new ByteReader(writer.toBytes().buffer);
}

const decimal = fc
  .tuple(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: 0, max: 12 }))
  .map(([digits, decimals]) => digits / 10 ** decimals);

describe("bytes of a row", () => {
  it("hold every number exactly", () => {
    const number = fc.oneof(fc.double(), decimal, fc.integer(), fc.maxSafeInteger());
    fc.assert(
      fc.property(fc.array(number), (numbers) => {
        const reader = written((writer) => numbers.forEach((value) => void writer.number(value)));
        for (const value of numbers) expect(reader.number()).toBe(value);
        expect(reader.isAtEnd).toBe(true);
      }),
    );
  });

  it("hold integers, fingerprints and texts", () => {
    const list = fc.array(fc.tuple(fc.maxSafeNat(), fc.string({ unit: "binary" })));
    fc.assert(
      fc.property(list, fc.integer(), (pairs, signed) => {
        const reader = written((writer) => {
          writer.signed(signed);
          for (const [value, text] of pairs) {
            writer.integer(value);
            writer.fingerprint(value);
            writer.text(text);
          }
        });
        expect(reader.signed()).toBe(signed);
        for (const [value, text] of pairs)
          expect([reader.integer(), reader.fingerprint(), reader.text()]).toEqual([value, value, text]);
        expect(reader.isAtEnd).toBe(true);
      }),
    );
  });

  it("of small integers and short fractions are few", () => {
    const writer = new ByteWriter();
    for (const value of [0, 199]) writer.number(value);
    expect(writer.length).toBe(2);
    writer.number(-0.0123);
    expect(writer.length).toBe(4);
    writer.number(1_234.5);
    expect(writer.length).toBe(7);
  });
});
