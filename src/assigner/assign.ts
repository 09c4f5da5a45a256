import type { JsonObject } from "#shared/json.ts";
import { inRange } from "./bucket-ranges.ts";
import { bucketOf, namespaceBucketOf } from "./hash.ts";
import type { AssignmentResult, PreparedExperiment, PreparedRuleset } from "./prepared-ruleset.ts";

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

/**
 * Which version of an AI config a unit gets. Pure and deterministic: the same ruleset, unit and attributes always give
 * the same answer. Of several experiments on one config the first that the unit takes part in decides. All answers are
 * prepared, so that nothing is made here.
 * @param unit 1 to 256 characters
 * @param attributes what targeting conditions read
 */
export function assign(
  ruleset: PreparedRuleset,
  configKey: string,
  unit: string,
  attributes: JsonObject = NO_ATTRIBUTES,
): AssignmentResult {
  const config = ruleset.configs.get(configKey);
  if (!config) return CONFIG_NOT_FOUND;
  for (const prepared of config.experiments) {
    if (!takesPart(prepared, unit, attributes)) continue;
    const bucket = bucketOf(prepared.seedState, unit);
    for (const { range, result } of prepared.variants) {
      if (inRange(bucket, range)) return result;
    }
  }
  return config.fallbackResult;
}
