import type { ClientExperiment, ClientRuleset } from "#contract/ruleset.ts";
import { type ConfigValue, publicPartOf } from "#model/config/ai-config.ts";
import type { RulesetExperiment } from "#model/config/ruleset.ts";
import { isActive } from "#model/experiment/active-status.ts";
import { keptAttributesOf } from "#model/unit/kept-attributes.ts";

function toClientExperiment(experiment: RulesetExperiment, isPublic: boolean): ClientExperiment {
  const {
    metricDefinitions: _definitions,
    covariateSource: _covariateSource,
    shards: _shards,
    unvouched: _unvouched,
    covariates: _covariates,
    adjustFor,
    attributes,
    properties: _properties,
    unitKeyId: _unitKeyId,
    exclusions: _exclusions,
    switchedOffAt: _switchedOffAt,
    holdoutConfigs: _holdoutConfigs,
    condition,
    variants,
    ...rest
  } = experiment;
  // Nobody is assigned by a paused experiment, so that its condition need not be evaluated.
  const isEvaluated = !isPublic || rest.status !== "paused";
  return {
    ...rest,
    attributes: keptAttributesOf({ attributes, adjustFor }),
    variants: isPublic ? variants.map(({ key, version, weight }) => ({ key, version, weight })) : variants,
    ...(condition && isEvaluated && { condition }),
  };
}

/** An AI config with the experiments on it. */
interface ConfigPart {
  key: string;
  liveVersion: number;
  values: ReadonlyMap<number, ConfigValue>;
  experiments: Iterable<RulesetExperiment>;
}

/** What clients may know of one AI config. */
export interface ClientPart {
  config: ClientRuleset["configs"][number];
  experiments: ClientExperiment[];
  holdouts: ClientExperiment[];
}

/** What clients may know of one AI config. Pure. @param isPublic true for keys that end up in browsers */
export function toClientPart(
  { key, liveVersion, values, experiments }: ConfigPart,
  isPublic: boolean,
): ClientPart {
  const active = [...experiments].filter(({ status }) => isActive(status));
  const toClient = (experiment: RulesetExperiment) => toClientExperiment(experiment, isPublic);
  return {
    config: {
      key,
      liveVersion,
      values: [...values].map(([version, value]) => ({
        version,
        value: isPublic ? publicPartOf(value) : value,
      })),
    },
    experiments: active.filter(({ holdoutConfigs }) => !holdoutConfigs).map(toClient),
    holdouts: active.filter(({ holdoutConfigs }) => holdoutConfigs).map(toClient),
  };
}

/** The ruleset of these AI configs for clients. Pure. */
export function toClientRuleset(version: number, parts: readonly ClientPart[]): ClientRuleset {
  return {
    version,
    configs: parts.map(({ config }) => config),
    experiments: parts
      .flatMap(({ experiments }) => experiments)
      .sort((a, b) => a.startedAt - b.startedAt || (a.key < b.key ? -1 : 1)),
    holdouts: parts.flatMap(({ holdouts }) => holdouts),
  };
}
