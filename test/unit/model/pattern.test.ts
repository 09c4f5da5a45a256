import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { analyzePattern } from "#model/targeting/pattern.ts";

const codeOf = (pattern: string) => {
  const analyzed = analyzePattern(pattern);
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
          expect(["accepted", "invalid_pattern", "super_linear_pattern"]).toContain(codeOf(pattern));
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
});
