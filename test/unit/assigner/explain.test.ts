import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assignIn } from "#assigner/assign.ts";
import { explainAssignment } from "#assigner/explain.ts";
import type { PreparedConfig } from "#assigner/prepared-ruleset.ts";
import { explainExperiment } from "#reporter/explain-assignment.ts";
import { rulesetExperiment, rulesetOf } from "#tools/builders/ruleset-builder.ts";

function configOf(...experiments: Parameters<typeof rulesetOf>): PreparedConfig {
  const config = rulesetOf(...experiments).configs.get("answer");
  if (!config) throw new Error("the builder's AI config is missing");
  return config;
}

const arbitraryExperiment = fc
  .record({
    coverage: fc.constantFrom(0.2, 0.9, 1),
    namespace: fc.option(
      fc.constantFrom<[number, number]>([0, 0.5], [0.5, 1]).map((range) => ({ name: "shared", range })),
      { nil: undefined },
    ),
    condition: fc.option(fc.constant({ country: "ch" }), { nil: undefined }),
    switchedOff: fc.option(fc.constant<string[]>(["treatment"]), { nil: undefined }),
    status: fc.constantFrom("running" as const, "paused" as const),
  })
  .map(({ namespace, condition, switchedOff, ...rest }) => ({
    ...rest,
    ...(namespace && { namespace }),
    ...(condition && { condition }),
    ...(switchedOff && { switchedOff }),
  }));

describe("the explanation of an assignment", () => {
  it("ends where the assignment was made, whatever the experiments", () => {
    fc.assert(
      fc.property(
        fc.array(arbitraryExperiment, { minLength: 1, maxLength: 4 }),
        fc.string({ minLength: 1, maxLength: 20 }),
        fc.constantFrom({}, { country: "ch" }, { country: "at" }),
        (fields, unit, attributes) => {
          const experiments = fields.map((one, index) =>
            rulesetExperiment(`experiment-${index}`, [0.5, 0.5], one),
          );
          const config = configOf(...experiments);
          const { result, experiments: explained } = explainAssignment(config, unit, attributes);
          expect(result).toBe(assignIn(config, unit, attributes));
          const last = explained.at(-1);
          const decides = last?.outcome === "assigned" || last?.outcome === "switched_off";
          const { experiment, variant, reason } = result.ok
            ? result.assignment
            : { experiment: null, variant: null, reason: "" };
          if (last?.outcome === "assigned") {
            expect(experiment).toBe(last.experiment);
            expect(variant).toBe(last.place?.variant);
          } else expect(experiment).toBeNull();
          if (last?.outcome === "switched_off") expect(reason).toBe("DISABLED");
          if (!decides) expect(explained).toHaveLength(config.experiments.length);
          for (const one of explained) expect(explainExperiment(one)).toMatch(/^'experiment-\d' .*\.$/);
        },
      ),
    );
  });
});
