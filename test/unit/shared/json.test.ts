import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "#shared/json.ts";

describe("canonical JSON", () => {
  it("has fields in the order of their code units, also those that are numbers", () => {
    const value = {
      b: 1,
      "10": 2,
      "9": 3,
      "\u20ac": 4,
      "\r": 5,
      "1": 6,
      "\u{1f600}": 7,
      "\u0080": 8,
      "\ufb33": 9,
    };
    // The example of RFC 8785, 3.2.3, with two more fields.
    expect(canonicalJson(value)).toBe(
      '{"\\r":5,"1":6,"10":2,"9":3,"b":1,"\u0080":8,"\u20ac":4,"\u{1f600}":7,"\ufb33":9}',
    );
  });

  it("is JSON of the same value, and the same text whatever the order of the fields", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const text = canonicalJson(value);
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(reversed)).toBe(text);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it("leaves out what is undefined", () => {
    expect(canonicalJson({ a: undefined, b: [undefined, { c: undefined }] })).toBe('{"b":[null,{}]}');
  });
});
