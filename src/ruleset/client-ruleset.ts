import type { ClientExperiment, ClientRuleset } from "#contract/ruleset.ts";
import { publicPartOf } from "#model/config/ai-config.ts";
import type { Ruleset, RulesetExperiment } from "#model/config/ruleset.ts";
import { isActive } from "#model/experiment/active-status.ts";

/** Who reads a ruleset. */
export interface RulesetReader {
  /** True for keys that end up in browsers. */
  isPublic: boolean;
  /** The AI configs that the key is bound to; null for all. */
  configs: readonly string[] | null;
}

function toClientExperiment(experiment: RulesetExperiment, isPublic: boolean): ClientExperiment {
  const {
    metricDefinitions: _definitions,
    covariateSource: _covariateSource,
    shards: _shards,
    unvouched: _unvouched,
    covariates: _covariates,
    exclusions: _exclusions,
    switchedOffAt: _switchedOffAt,
    condition,
    variants,
    ...rest
  } = experiment;
  // Nobody is assigned by a paused experiment, so that its condition need not be evaluated.
  const isEvaluated = !isPublic || rest.status !== "paused";
  return {
    ...rest,
    variants: isPublic ? variants.map(({ key, version, weight }) => ({ key, version, weight })) : variants,
    ...(condition && isEvaluated && { condition }),
  };
}

/** What clients may know of a ruleset. Pure. */
export function toClientRuleset(
  { version, configs, experiments }: Ruleset,
  { isPublic, configs: bound }: RulesetReader,
): ClientRuleset {
  const isReached = (config: string) => bound === null || bound.includes(config);
  return {
    version,
    configs: configs
      .filter(({ key }) => isReached(key))
      .map(({ key, liveVersion, values }) => ({
        key,
        liveVersion,
        values: isPublic
          ? values.map((entry) => ({ version: entry.version, value: publicPartOf(entry.value) }))
          : values,
      })),
    experiments: experiments
      .filter(({ status, config }) => isActive(status) && isReached(config))
      .map((experiment) => toClientExperiment(experiment, isPublic)),
  };
}
