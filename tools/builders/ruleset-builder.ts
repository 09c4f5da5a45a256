import { type PreparedRuleset, prepareRuleset } from "#assigner/prepared-ruleset.ts";
import type { ClientRuleset } from "#contract/ruleset.ts";
import type { RulesetExperiment } from "#model/config/ruleset.ts";
import { COMPARISON, HELD_OUT } from "#model/experiment/holdout-arms.ts";

/** A running experiment on the AI config `answer`, with as many arms as weights. */
export function rulesetExperiment(
  key: string,
  weights: readonly number[],
  overrides: Partial<RulesetExperiment> = {},
): RulesetExperiment {
  return {
    key,
    config: "answer",
    variants: weights.map((weight, index) => ({ key: `arm-${index}`, version: index + 1, weight })),
    control: "arm-0",
    coverage: 1,
    seed: key,
    hashVersion: 2,
    shards: 1,
    unvouched: "exclude",
    properties: null,
    unitKeyId: null,
    covariates: "use",
    attributes: [],
    status: "running",
    startedAt: 0,
    endedAt: null,
    covariateSource: null,
    exclusions: [],
    phases: [{ startedAt: 0, weights: [...weights] }],
    metricDefinitions: [],
    ...overrides,
  };
}

/** A running holdout on the AI config `answer`, of a share of all units. @param version the one that it holds */
export function rulesetHoldout(key: string, share: number, version = 1): RulesetExperiment {
  return rulesetExperiment(key, [0.5, 0.5], {
    variants: [HELD_OUT, COMPARISON].map((group) => ({ key: group, version, weight: 0.5 })),
    control: HELD_OUT,
    coverage: 2 * share,
    seed: `holdout:${key}`,
    holdoutConfigs: ["answer"],
  });
}

/** A ruleset as clients get it: the AI config `answer`, live at version 1, and these experiments and holdouts on it. */
export function rulesetDocument(...experiments: RulesetExperiment[]): ClientRuleset {
  return {
    version: 1,
    configs: [
      {
        key: "answer",
        liveVersion: 1,
        values: Array.from({ length: 10 }, (_, index) => ({
          version: index + 1,
          value: { model: `model-${index + 1}` },
        })),
      },
    ],
    experiments: experiments.filter(({ holdoutConfigs }) => !holdoutConfigs),
    holdouts: experiments.filter(({ holdoutConfigs }) => holdoutConfigs),
  };
}

/** The same, ready to assign. */
export function rulesetOf(...experiments: RulesetExperiment[]): PreparedRuleset {
  return prepareRuleset(rulesetDocument(...experiments));
}
