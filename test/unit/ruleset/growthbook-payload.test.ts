import { type FeatureApiResponse, GrowthBookClient } from "@growthbook/growthbook";
import { describe, expect, it } from "vitest";
import { assign } from "#assigner/assign.ts";
import { type PreparedRuleset, prepareRuleset } from "#assigner/prepared-ruleset.ts";
import { growthbookPayloadSchema } from "#contract/growthbook.ts";
import type { RulesetExperiment } from "#model/config/ruleset.ts";
import { toGrowthbookFeatures, toGrowthbookPayload } from "#ruleset/growthbook-payload.ts";
import type { JsonObject } from "#shared/json.ts";
import { attributesAt, unitAt } from "#test/support/unit-population.ts";
import { rulesetExperiment, rulesetHoldout, rulesetOf } from "#tools/builders/ruleset-builder.ts";

const UNITS = 100_000;

const EXPERIMENTS: Record<string, RulesetExperiment[]> = {
  "unequal weights": [rulesetExperiment("unequal", [0.9, 0.1])],
  "partial coverage": [rulesetExperiment("covered", [0.5, 0.5], { coverage: 0.37 })],
  "three arms of odd weights in part of a namespace": [
    rulesetExperiment("layered", [0.2, 0.3, 0.5], {
      coverage: 0.7,
      namespace: { name: "layer", range: [0.2, 0.85] },
    }),
  ],
  "a condition": [
    rulesetExperiment("targeted", [0.34, 0.33, 0.33], {
      condition: { $or: [{ country: { $in: ["CA", "US"] } }, { age: { $gte: 60 } }], "plan.tier": "pro" },
    }),
  ],
  "two experiments on one config in halves of a namespace, beside a paused one": [
    rulesetExperiment("paused", [0.5, 0.5], { status: "paused" }),
    rulesetExperiment("left", [0.5, 0.5], { namespace: { name: "halves", range: [0, 0.5] } }),
    rulesetExperiment("right", [0.25, 0.75], {
      namespace: { name: "halves", range: [0.5, 1] },
      seed: "another",
    }),
  ],
  "weights that have adapted": [
    rulesetExperiment("adapted", [0.25, 0.25, 0.25, 0.25], {
      phases: [
        { startedAt: 0, weights: [0.25, 0.25, 0.25, 0.25] },
        { startedAt: 1, weights: [0.05, 0.1, 0.25, 0.6] },
      ],
    }),
  ],
  "a holdout without experiments": [rulesetHoldout("held", 0.1)],
  "a holdout that holds another version, beside an experiment on half of the units": [
    rulesetHoldout("held", 0.2, 5),
    rulesetExperiment("half", [0.5, 0.5], { coverage: 0.5 }),
  ],
  "a stage of a release, whose variants have several ranges": [
    rulesetExperiment("released", [0.3, 0.7], {
      growth: [
        [0.2, 0.5],
        [0.7, 1],
        [0, 0.2],
        [0.5, 0.7],
      ],
    }),
  ],
};

const payloadOf = ({ configs }: PreparedRuleset) =>
  toGrowthbookPayload([...configs.values()].map(toGrowthbookFeatures));

/** What GrowthBook's SDK makes of the payload for one unit after the other. */
function growthbookOf(ruleset: PreparedRuleset) {
  // As it arrives: over the network.
  const payload: FeatureApiResponse = JSON.parse(JSON.stringify(payloadOf(ruleset)));
  const growthbook = new GrowthBookClient().initSync({ payload });
  return (unit: string, attributes: JsonObject) => {
    const user = { attributes: { ...attributes, id: unit } };
    const { value, experiment, experimentResult } = growthbook.evalFeature("answer", user);
    const isIn = experimentResult?.inExperiment === true;
    return {
      value,
      experiment: isIn ? (experiment?.key ?? null) : null,
      variant: isIn ? (experimentResult.key ?? null) : null,
      phase: isIn ? Number(experiment?.phase) : null,
    };
  };
}

describe("GrowthBook's SDK on the payload", () => {
  it.each(Object.entries(EXPERIMENTS))(
    `agrees with assign() on each of ${UNITS} units: %s`,
    (_name, experiments) => {
      const ruleset = rulesetOf(...experiments);
      const evaluate = growthbookOf(ruleset);
      const differing: string[] = [];
      const seen = new Set<string>();
      for (let index = 0; index < UNITS; index++) {
        const [unit, attributes] = [unitAt(index), attributesAt(index)];
        const result = assign(ruleset, "answer", unit, attributes);
        if (!result.ok) throw new Error(result.code);
        const { value, experiment, variant, phase } = result.assignment;
        const theirs = evaluate(unit, attributes);
        seen.add(`${experiment}/${variant}`);
        const agrees =
          theirs.experiment === experiment &&
          theirs.variant === variant &&
          theirs.phase === phase &&
          JSON.stringify(theirs.value) === JSON.stringify(value);
        if (!agrees) differing.push(unit);
      }
      expect(differing).toEqual([]);
      const arms = experiments
        .filter(({ status }) => status === "running")
        .flatMap(({ key, variants }) => variants.map((variant) => `${key}/${variant.key}`));
      for (const arm of arms) expect(seen).toContain(arm);
    },
  );
});

describe("the payload", () => {
  it("has a feature per AI config, whose default is the live version", () => {
    const payload = payloadOf(rulesetOf());
    expect(growthbookPayloadSchema.parse(payload)).toEqual({
      status: 200,
      features: { answer: { defaultValue: { model: "model-1" }, rules: [] } },
    });
  });

  it("describes an experiment as SDKs with and without ranges understand it", () => {
    const experiment = rulesetExperiment("layered", [0.25, 0.75], {
      coverage: 0.5,
      namespace: { name: "layer", range: [0.25, 0.5] },
      condition: { country: "CA" },
    });
    const { features } = growthbookPayloadSchema.parse(payloadOf(rulesetOf(experiment)));
    expect(features.answer?.rules).toEqual([
      {
        id: "layered",
        key: "layered",
        seed: "layered",
        hashAttribute: "id",
        hashVersion: 2,
        variations: [{ model: "model-1" }, { model: "model-2" }],
        ranges: [
          [0, 0.125],
          [0.25, 0.625],
        ],
        weights: [0.25, 0.75],
        coverage: 0.5,
        meta: [{ key: "arm-0" }, { key: "arm-1" }],
        filters: [{ attribute: "id", seed: "__layer", hashVersion: 1, ranges: [[0.25, 0.5]] }],
        condition: { country: "CA" },
        phase: "0",
      },
    ]);
  });

  it("leaves paused experiments to the default value", () => {
    const paused = rulesetOf(rulesetExperiment("paused", [0.5, 0.5], { status: "paused" }));
    expect(payloadOf(paused).features.answer?.rules).toEqual([]);
  });

  it("holds no prompt", () => {
    const ruleset = prepareRuleset({
      version: 1,
      configs: [
        {
          key: "answer",
          liveVersion: 1,
          values: [
            { version: 1, value: { prompt: "a secret" } },
            {
              version: 2,
              value: { system_prompt: "a secret", messages: [{ role: "user", content: "a secret" }] },
            },
          ],
        },
      ],
      experiments: [rulesetExperiment("prompts", [0.5, 0.5])],
    });
    const payload = growthbookPayloadSchema.parse(payloadOf(ruleset));
    expect(payload.features.answer?.rules).toHaveLength(1);
    expect(JSON.stringify(payload)).not.toContain("secret");
  });
});
