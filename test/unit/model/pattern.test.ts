import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { analyzePattern } from "#model/targeting/pattern.ts";

const codeOf = (pattern: string, isInsensitive = false) => {
  const analyzed = analyzePattern(pattern, isInsensitive);
  return analyzed.ok ? "accepted" : analyzed.error.code;
};

/** What has a meaning of its own in patterns, alone or together with what stands beside it. */
const part = fc.constantFrom(
  ...[
    "\\",
    "^",
    "$",
    ".",
    "*",
    "+",
    "?",
    "(",
    ")",
    "(?:",
    "(?<n>",
    "[",
    "[^",
    "]",
    "{",
    "}",
    "{2}",
    "{1,",
    "|",
    "-",
    "/",
  ],
  ...[
    "a",
    "c",
    "k",
    "u",
    "x",
    "p",
    "b",
    "B",
    "d",
    "0",
    "1",
    "8",
    "9",
    "<",
    ">",
    "=",
    "!",
    ",",
    "\u{1f600}",
    "\ud83d",
    "\n",
  ],
);

describe("a pattern", () => {
  it("is accepted or refused, whatever it is made of", () => {
    fc.assert(
      fc.property(fc.string({ unit: part, maxLength: 10 }), (text) => {
        for (const pattern of [text, `^a+${text}`, ` *${text}$`])
          for (const isInsensitive of [false, true])
            expect(["accepted", "invalid_pattern", "super_linear_pattern"]).toContain(
              codeOf(pattern, isInsensitive),
            );
      }),
      { numRuns: 5_000, examples: [["\\c"], ["\\ca"], ["[\\c]"]] },
    );
  });

  it.each([
    ["^a+\\c+", "accepted"],
    ["^\\\\+\\c+", "super_linear_pattern"],
  ])("takes the backslash before a c that names nothing for one: %s", (pattern, expected) => {
    expect(codeOf(pattern)).toBe(expected);
  });

  it.each([
    ["^[^a]+A[^a]+A[^a]+A[^a]+!$", "super_linear_pattern", "accepted"],
    ["^[^a-z]+[A-Z][^a-z]+[A-Z][^a-z]+$", "super_linear_pattern", "accepted"],
    ["^[a-z]+[A-Z][a-z]+$", "accepted", "super_linear_pattern"],
    // The micro sign is a Greek letter in upper case.
    ["^[\u00b0-\u00ba]+[\u0391-\u03a9][\u00b0-\u00ba]+!$", "accepted", "super_linear_pattern"],
    ["^[\u017e-\u0183]+[\u023a-\u025b][\u017e-\u0183]+$", "accepted", "super_linear_pattern"],
  ])(
    "is told from its neighbors as it matches, in one case or in both: %s",
    (pattern, exactly, insensitively) => {
      expect([codeOf(pattern), codeOf(pattern, true)]).toEqual([exactly, insensitively]);
    },
  );
});
