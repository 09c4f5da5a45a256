import { COMPARISON, HELD_OUT } from "#model/experiment/holdout-arms.ts";
import type { JsonObject } from "#shared/json.ts";
import type { AssignmentResult } from "./assignable-experiment.ts";
import { inRange } from "./bucket-ranges.ts";
import { bucketOf, namespaceBucketOf } from "./hash.ts";
import { holdoutGroupOf } from "./holdout.ts";
import { overrideHashOf } from "./override-hash.ts";
import type { PreparedConfig, PreparedExperiment, PreparedRuleset } from "./prepared-ruleset.ts";

const CONFIG_NOT_FOUND: AssignmentResult = Object.freeze({ ok: false, code: "config_not_found" });
const NO_ATTRIBUTES: JsonObject = Object.freeze({});

function takesPart(
  { namespace, meetsCondition }: PreparedExperiment,
  unit: string,
  attributes: JsonObject,
): boolean {
  if (namespace && !inRange(namespaceBucketOf(namespace.suffix, unit), namespace.range)) return false;
  return meetsCondition === undefined || meetsCondition(attributes);
}

/** What an experiment answers a unit that its hash does not decide about; null for one that it excludes. */
export function overrideOf(
  { overrides, experiment }: PreparedExperiment,
  unit: string,
): AssignmentResult | null | undefined {
  return overrides?.get(overrideHashOf(experiment.key, unit));
}

/** What a unit is answered that an experiment on this AI config forces to a variant. */
function forcedResult({ experiments }: PreparedConfig, unit: string): AssignmentResult | undefined {
  for (const prepared of experiments) {
    const override = overrideOf(prepared, unit);
    if (override) return override;
  }
  return undefined;
}

/** What a unit gets that is not held out. */
function assignByExperiments(config: PreparedConfig, unit: string, attributes: JsonObject): AssignmentResult {
  for (const prepared of config.experiments) {
    const override = overrideOf(prepared, unit);
    if (override) return override;
    if (override === null) continue;
    if (!takesPart(prepared, unit, attributes)) continue;
    const bucket = bucketOf(prepared.seedState, unit);
    for (const { range, result } of prepared.variants) {
      if (inRange(bucket, range)) return result;
    }
  }
  return config.fallbackResult;
}

/**
 * Which version of a prepared AI config a unit gets. Pure and deterministic: the same config, unit and attributes always
 * give the same answer. A unit that is held out is in no experiment unless one forces it to a variant. Of several experiments on
 * one config the first that the unit takes part in decides. All answers are prepared, so that nothing is made here.
 * @param unit 1 to 256 characters
 * @param attributes what targeting conditions read
 */
export function assignIn(
  config: PreparedConfig,
  unit: string,
  attributes: JsonObject = NO_ATTRIBUTES,
): AssignmentResult {
  const { holdout } = config;
  if (!holdout) return assignByExperiments(config, unit, attributes);
  const group = holdoutGroupOf(holdout, unit);
  if (group === HELD_OUT) return forcedResult(config, unit) ?? holdout.heldOutResult;
  const result = assignByExperiments(config, unit, attributes);
  return group === COMPARISON ? (holdout.comparisonResults.get(result) ?? result) : result;
}

/** The same in a ruleset that holds all AI configs. */
export function assign(
  ruleset: PreparedRuleset,
  configKey: string,
  unit: string,
  attributes?: JsonObject,
): AssignmentResult {
  const config = ruleset.configs.get(configKey);
  return config ? assignIn(config, unit, attributes) : CONFIG_NOT_FOUND;
}
