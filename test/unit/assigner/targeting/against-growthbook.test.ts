import { evalCondition } from "@growthbook/growthbook";
import fc from "fast-check";
import { beforeEach, expect, it, type MockInstance, vi } from "vitest";
import { compileCondition } from "#assigner/targeting/compile.ts";
import { findConditionErrors } from "#model/targeting/find-condition-errors.ts";
import { jsonObjectSchema } from "#shared/json.ts";
import { someAttributes, someCondition } from "#test/support/condition-arbitraries.ts";

/** GrowthBook's SDK complains of every operator that it does not know. */
let complained: MockInstance<typeof console.error>;

beforeEach(() => {
  complained = vi.spyOn(console, "error").mockImplementation(() => {});
});

it("accepts of 100,000 random conditions none that GrowthBook does not know, and decides as it does", () => {
  let accepted = 0;
  fc.assert(
    fc.property(someCondition, someAttributes, (raw, attributes) => {
      const condition = jsonObjectSchema.parse(raw);
      if (findConditionErrors(condition).length > 0) return;
      accepted += 1;
      const expected = evalCondition(attributes, condition);
      expect(complained).not.toHaveBeenCalled();
      expect(compileCondition(condition)(attributes)).toBe(expected);
    }),
    { numRuns: 100_000 },
  );
  expect(accepted).toBeGreaterThan(20_000);
});
