import type { ConfigValue } from "../model/ai-config.ts";
import { isActive } from "../model/experiment.ts";
import type { Ruleset, RulesetConfig, RulesetExperiment } from "../model/ruleset.ts";
import { type BucketRange, bucketRanges } from "./bucket-ranges.ts";

export interface PreparedVariant {
  key: string;
  version: number;
  range: BucketRange;
}

export interface PreparedExperiment {
  experiment: RulesetExperiment;
  variants: PreparedVariant[];
}

export interface PreparedConfig {
  key: string;
  liveVersion: number;
  values: ReadonlyMap<number, ConfigValue>;
  /** Active experiments on this config, oldest first. */
  experiments: PreparedExperiment[];
}

/** A ruleset indexed for look-up: built once per version, read by every assignment. */
export interface PreparedRuleset {
  version: number;
  configs: ReadonlyMap<string, PreparedConfig>;
  experiments: ReadonlyMap<string, RulesetExperiment>;
}

function prepareExperiment(experiment: RulesetExperiment): PreparedExperiment {
  const weights = experiment.periods.at(-1)?.weights ?? experiment.variants.map(({ weight }) => weight);
  const ranges = bucketRanges(weights, experiment.coverage);
  return {
    experiment,
    variants: experiment.variants.flatMap(({ key, version }, index) => {
      const range = ranges[index];
      return range ? [{ key, version, range }] : [];
    }),
  };
}

function prepareConfig(config: RulesetConfig, experiments: readonly RulesetExperiment[]): PreparedConfig {
  return {
    key: config.key,
    liveVersion: config.liveVersion,
    values: new Map(config.values.map(({ version, value }) => [version, value])),
    experiments: experiments
      .filter((experiment) => experiment.config === config.key && isActive(experiment.status))
      .map(prepareExperiment),
  };
}

/** Indexes a ruleset. Pure; the result shares the ruleset's values. */
export function prepareRuleset(ruleset: Ruleset): PreparedRuleset {
  return {
    version: ruleset.version,
    configs: new Map(
      ruleset.configs.map((config) => [config.key, prepareConfig(config, ruleset.experiments)]),
    ),
    experiments: new Map(ruleset.experiments.map((experiment) => [experiment.key, experiment])),
  };
}
