import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assign } from "#assigner/assign.ts";
import { withoutWithheld } from "#ruleset/withhold.ts";
import { rulesetExperiment, rulesetOf } from "#tools/builders/ruleset-builder.ts";

describe("a variant that was switched off", () => {
  it("moves nobody but its own units, who get the control's version and are in no experiment", () => {
    const weights = [0.4, 0.3, 0.3];
    const before = rulesetOf(rulesetExperiment("three", weights));
    const after = rulesetOf(rulesetExperiment("three", weights, { switchedOff: ["arm-1"] }));
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 40 }), (unit) => {
        const was = assign(before, "answer", unit);
        const is = assign(after, "answer", unit);
        if (!was.ok || !is.ok) throw new Error("a unit was not assigned");
        if (was.assignment.variant !== "arm-1") {
          expect(is.assignment).toEqual(was.assignment);
          return;
        }
        expect(is.assignment).toMatchObject({
          version: 1,
          experiment: null,
          variant: null,
          phase: null,
          reason: "DISABLED",
        });
      }),
    );
  });

  it("by the kill switch left when it was thrown, unless the database knows better", () => {
    const entries = [{ experiment: "three", variant: "arm-1", at: 7_000 }];
    const three = withoutWithheld(rulesetExperiment("three", [0.4, 0.3, 0.3]), entries);
    expect(three).toMatchObject({ switchedOff: ["arm-1"], switchedOffAt: { "arm-1": 7_000 } });
    const other = rulesetExperiment("other", [0.5, 0.5]);
    expect(withoutWithheld(other, entries)).toBe(other);
    const known = rulesetExperiment("three", [0.4, 0.3, 0.3], {
      switchedOff: ["arm-1"],
      switchedOffAt: { "arm-1": 6_000 },
    });
    expect(withoutWithheld(known, entries)).toEqual(known);
  });
});
