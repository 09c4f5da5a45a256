import { isActive } from "../model/active-status.ts";
import type { ConfigValue } from "../model/ai-config.ts";
import type { RulesetConfig, RulesetExperiment } from "../model/ruleset.ts";
import { type BucketRange, bucketRanges } from "./bucket-ranges.ts";

/** What assignment reads of an experiment: all that a client which evaluates locally has to know. */
export type AssignableExperiment = Pick<
  RulesetExperiment,
  "key" | "config" | "status" | "variants" | "coverage" | "namespace" | "condition" | "seed" | "periods"
>;

/** What assignment reads of a ruleset; the server's and the one that clients are given both hold it. */
export interface AssignableRuleset {
  version: number;
  configs: readonly RulesetConfig[];
  /** Oldest first; those that are not active are passed over. */
  experiments: readonly AssignableExperiment[];
}

export interface PreparedVariant {
  key: string;
  version: number;
  range: BucketRange;
}

export interface PreparedExperiment {
  experiment: AssignableExperiment;
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
}

function prepareExperiment(experiment: AssignableExperiment): PreparedExperiment {
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

function prepareConfig(config: RulesetConfig, experiments: readonly AssignableExperiment[]): PreparedConfig {
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
export function prepareRuleset(ruleset: AssignableRuleset): PreparedRuleset {
  return {
    version: ruleset.version,
    configs: new Map(
      ruleset.configs.map((config) => [config.key, prepareConfig(config, ruleset.experiments)]),
    ),
  };
}
