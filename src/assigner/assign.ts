import type { Assignment, AssignmentReason } from "../model/assignment.ts";
import type { JsonObject } from "../model/json.ts";
import { inRange } from "./bucket-ranges.ts";
import { bucketOf, namespaceBucketOf } from "./hash.ts";
import type {
  PreparedConfig,
  PreparedExperiment,
  PreparedRuleset,
  PreparedVariant,
} from "./prepared-ruleset.ts";
import { matchesCondition } from "./targeting.ts";

export type AssignmentResult =
  | { ok: true; assignment: Assignment }
  | { ok: false; code: "config_not_found" | "version_not_found" };

function takesPart({ experiment }: PreparedExperiment, unit: string, attributes: JsonObject): boolean {
  const { namespace, condition } = experiment;
  if (namespace) {
    const bucket = namespaceBucketOf(namespace.name, unit);
    if (!inRange(bucket, { start: namespace.range[0], end: namespace.range[1] })) return false;
  }
  return condition === undefined || matchesCondition(condition, attributes);
}

function variantOf(prepared: PreparedExperiment, unit: string): PreparedVariant | undefined {
  const bucket = bucketOf(prepared.experiment.seed, unit);
  return prepared.variants.find(({ range }) => inRange(bucket, range));
}

function answer(
  config: PreparedConfig,
  version: number,
  reason: AssignmentReason,
  arm?: { experiment: string; variant: string; period: number },
): AssignmentResult {
  const value = config.values.get(version);
  if (!value) return { ok: false, code: "version_not_found" };
  return {
    ok: true,
    assignment: {
      config: config.key,
      value,
      version,
      experiment: arm?.experiment ?? null,
      variant: arm?.variant ?? null,
      period: arm?.period ?? null,
      reason,
    },
  };
}

/**
 * Which version of an AI config a unit gets. Pure and deterministic: the same ruleset, unit and attributes always give
 * the same answer. Of several experiments on one config the first that the unit takes part in decides.
 * @param unit 1 to 256 characters
 * @param attributes what targeting conditions read
 */
export function assign(
  ruleset: PreparedRuleset,
  configKey: string,
  unit: string,
  attributes: JsonObject = {},
): AssignmentResult {
  const config = ruleset.configs.get(configKey);
  if (!config) return { ok: false, code: "config_not_found" };

  let fallback: AssignmentReason = "STATIC";
  for (const prepared of config.experiments) {
    const { experiment } = prepared;
    if (experiment.status === "paused") {
      if (fallback === "STATIC") fallback = "DISABLED";
      continue;
    }
    fallback = "DEFAULT";
    if (!takesPart(prepared, unit, attributes)) continue;
    const variant = variantOf(prepared, unit);
    if (variant) {
      const reason = experiment.condition ? "TARGETING_MATCH" : "SPLIT";
      return answer(config, variant.version, reason, {
        experiment: experiment.key,
        variant: variant.key,
        period: experiment.periods.length - 1,
      });
    }
  }
  return answer(config, config.liveVersion, fallback);
}
