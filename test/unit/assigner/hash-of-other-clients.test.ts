import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fnv32a } from "#assigner/hash.ts";

/** FNV-1a, 32 bits, over whatever a client takes for the characters of a text. */
function fnv1a(numbers: Iterable<number>): number {
  let hash = 0x811c9dc5;
  for (const number of numbers) hash = Math.imul(hash ^ number, 0x01000193);
  return hash >>> 0;
}

const byBytes = (text: string) => fnv1a(new TextEncoder().encode(text));
const byCodePoints = (text: string) => fnv1a([...text].map((character) => character.codePointAt(0) ?? 0));

describe("clients that hash other characters of a text than we do", () => {
  it("agree with us on every unit in ASCII, whether they hash bytes or code points", () => {
    const ascii = fc.string({ unit: "binary-ascii", maxLength: 256 });
    fc.assert(
      fc.property(ascii, (unit) => {
        expect([byBytes(unit), byCodePoints(unit)]).toEqual([fnv32a(unit), fnv32a(unit)]);
      }),
    );
  });

  it("agree with us on every unit without characters beyond U+FFFF, if they hash code points", () => {
    const basic = fc.string({
      unit: fc.integer({ min: 0, max: 0xd7ff }).map((code) => String.fromCharCode(code)),
    });
    fc.assert(
      fc.property(basic, (unit) => {
        expect(byCodePoints(unit)).toBe(fnv32a(unit));
      }),
    );
  });

  it.each([
    ["José", false, true],
    ["用户", false, true],
    ["user-🙂", false, false],
  ])("do not agree on all others: %s", (unit, bytesAgree, codePointsAgree) => {
    expect(byBytes(unit) === fnv32a(unit)).toBe(bytesAgree);
    expect(byCodePoints(unit) === fnv32a(unit)).toBe(codePointsAgree);
  });
});
