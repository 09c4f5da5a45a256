import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareAdjustedRatios, ratioPairOf } from "#analyzer/reference/ratio-cuped.ts";
import { isUnavailable } from "#analyzer/unavailable.ts";
import { METHODS } from "#tools/vectors/methods.ts";
import { vectorFileSchema } from "#tools/vectors/vector-file.ts";

/** Fields that choose a branch instead of being a number. */
const CHOICES = new Set(["sides"]);

/** Doubles that break formulas: the ends of the range, nothing, negatives. Infinities and NaN as files spell them. */
const nastyDouble = fc.oneof(
  fc.constantFrom(0, -0, 1, -1, 2, 0.5, 5e-324, 1e-300, 1e300, -1e300, 1.7976931348623157e308, 1e17, 1e-17),
  fc.constantFrom("Infinity", "-Infinity", null),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: -5, max: 100 }),
);

/** Most numbers stay, so that the disturbed ones get past the first checks. */
const fewNasty = fc.oneof(
  { weight: 6, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: nastyDouble },
);

const { cases } = vectorFileSchema.parse(
  JSON.parse(readFileSync(resolve(import.meta.dirname, "../../vectors/stats-vectors-public.json"), "utf8")),
);
const byMethod = Object.entries(Object.groupBy(cases, ({ method }) => method));

/** The input with some of its numbers replaced. @param choose undefined keeps a number */
function disturbed(value: unknown, choose: () => unknown, name = ""): unknown {
  if (typeof value === "number") return CHOICES.has(name) ? value : (choose() ?? value);
  if (Array.isArray(value)) return value.map((item) => disturbed(item, choose, name));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, disturbed(part, choose, key)]));
}

/** Names of probabilities in the answers. */
const PROBABILITY = /^(p|p_.*|.*_p|power|coverage|chance_to_win|prob_.*|holm|bh|by|bonferroni|hochberg)$/;

/** True when a NaN is somewhere in the answer, or a probability outside [0, 1]. */
function isBroken(value: unknown, name = ""): boolean {
  if (typeof value === "number") {
    return Number.isNaN(value) || (PROBABILITY.test(name) && !(value >= 0 && value <= 1));
  }
  if (Array.isArray(value)) return value.some((item) => isBroken(item, name));
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([key, part]) => isBroken(part, key));
}

describe("whatever doubles come, every method answers with numbers or a reason", () => {
  it.each(byMethod)("%s", (name, examples = []) => {
    const method = METHODS[name];
    if (!method) throw new Error(`no method ${name}`);
    fc.assert(
      fc.property(fc.nat(examples.length - 1), fc.infiniteStream(fewNasty), (index, stream) => {
        const input = disturbed(examples[index]?.in, () => stream.next().value);
        const answer = method(input);
        expect(isBroken(answer), JSON.stringify({ input, answer })).toBe(false);
      }),
      { numRuns: Number(process.env.RUNS ?? 150) },
    );
  });

  it("ratio metrics adjusted by ratio covariates", () => {
    const anyDouble = fc.double();
    const rows = fc.array(fc.tuple(anyDouble, anyDouble, anyDouble, anyDouble), { maxLength: 6 });
    fc.assert(
      fc.property(rows, rows, (control, treatment) => {
        const [a, b] = [ratioPairOf(control), ratioPairOf(treatment)];
        if (isUnavailable(a) || isUnavailable(b)) return;
        expect(isBroken(compareAdjustedRatios(a, b, 0.05))).toBe(false);
      }),
    );
  });
});
