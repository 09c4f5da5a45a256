import { COMPARISON, HELD_OUT } from "#model/experiment/holdout-arms.ts";
import type { JsonObject } from "#shared/json.ts";
import { assignIn, overrideOf } from "./assign.ts";
import type { AssignmentResult } from "./assignable-experiment.ts";
import { type BucketRange, inRange } from "./bucket-ranges.ts";
import { bucketOf, namespaceBucketOf } from "./hash.ts";
import { type HoldoutGroup, holdoutBucketOf, holdoutGroupOf, type PreparedHoldout } from "./holdout.ts";
import { overrideHashOf } from "./override-hash.ts";
import type { PreparedConfig, PreparedExperiment } from "./prepared-ruleset.ts";

/** Where a unit's hash falls. */
interface HashedPlace {
  /** From 0 to below 1. */
  bucket: number;
}

/** What an experiment's namespace says of a unit. */
export interface NamespacePlace extends HashedPlace {
  name: string;
  /** The buckets of the namespace that are the experiment's. */
  range: BucketRange;
  isInside: boolean;
}

/** What an experiment's weights and coverage say of a unit. */
export interface VariantPlace extends HashedPlace {
  /** The buckets of every variant, in the present phase. What lies between them is not covered. */
  ranges: { variant: string; range: BucketRange }[];
  /** Null for a unit that the coverage leaves out. */
  variant: string | null;
}

/**
 * How an experiment treats a unit, check after check, up to the one that leaves it out. `outside_namespace`,
 * `condition_not_met`, `not_covered`: the next experiment is asked. `assigned`: this one decides. `switched_off`: this one decides,
 * and serves the control because the unit's variant was switched off. `excluded`: the unit is left out by name, and the next
 * experiment is asked. `forced`: this one decides, by name.
 */
export interface ExplainedExperiment {
  experiment: string;
  phase: number;
  outcome:
    | "outside_namespace"
    | "condition_not_met"
    | "not_covered"
    | "assigned"
    | "switched_off"
    | "excluded"
    | "forced";
  /** The variant that the unit is forced to; null for all others. */
  forcedVariant: string | null;
  /** Null without a namespace, and where it was not asked. */
  namespace: NamespacePlace | null;
  /** Null without a condition, and where it was not asked. */
  meetsCondition: boolean | null;
  /** Null where it was not asked. */
  place: VariantPlace | null;
}

const DECIDING: readonly ExplainedExperiment["outcome"][] = ["assigned", "switched_off", "forced"];

function namespacePlace({ experiment, namespace }: PreparedExperiment, unit: string): NamespacePlace | null {
  if (!namespace) return null;
  const bucket = namespaceBucketOf(namespace.suffix, unit);
  const { range } = namespace;
  return { name: experiment.namespace?.name ?? "", bucket, range, isInside: inRange(bucket, range) };
}

function variantPlace({ seedState, variants }: PreparedExperiment, unit: string): VariantPlace {
  const bucket = bucketOf(seedState, unit);
  const found = variants.find(({ range }) => inRange(bucket, range));
  const ranges = variants.map(({ key, range }) => ({ variant: key, range }));
  return { bucket, ranges, variant: found?.key ?? null };
}

function explainExperiment(
  prepared: PreparedExperiment,
  unit: string,
  attributes: JsonObject,
): ExplainedExperiment {
  const { experiment, meetsCondition: test } = prepared;
  const key = { experiment: experiment.key, phase: experiment.phases.length - 1 };
  const override = overrideOf(prepared, unit);
  if (override !== undefined) {
    const name = overrideHashOf(experiment.key, unit);
    const forcedVariant = experiment.overrides?.find((one) => one.unit === name)?.variant ?? null;
    const outcome = override === null ? "excluded" : "forced";
    return { ...key, outcome, forcedVariant, namespace: null, meetsCondition: null, place: null };
  }
  const namespace = namespacePlace(prepared, unit);
  const common = { ...key, forcedVariant: null, namespace };
  if (namespace?.isInside === false)
    return { ...common, outcome: "outside_namespace", meetsCondition: null, place: null };
  const meetsCondition = test ? test(attributes) : null;
  if (meetsCondition === false)
    return { ...common, outcome: "condition_not_met", meetsCondition, place: null };
  const place = variantPlace(prepared, unit);
  const isOff = place.variant !== null && (experiment.switchedOff ?? []).includes(place.variant);
  const outcome = place.variant === null ? "not_covered" : isOff ? "switched_off" : "assigned";
  return { ...common, outcome, meetsCondition, place };
}

/** How the holdout on an AI config treats a unit: asked before all experiments. */
export interface ExplainedHoldout extends HashedPlace {
  holdout: string;
  ranges: { group: HoldoutGroup; range: BucketRange }[];
  /** Null for all units beside its two groups. */
  group: HoldoutGroup | null;
}

function explainHoldout(holdout: PreparedHoldout, unit: string): ExplainedHoldout {
  return {
    holdout: holdout.key,
    bucket: holdoutBucketOf(holdout, unit),
    ranges: ([HELD_OUT, COMPARISON] as const).map((group) => ({ group, range: holdout.ranges[group] })),
    group: holdoutGroupOf(holdout, unit) ?? null,
  };
}

/** Why a unit gets what it gets. */
export interface Explanation {
  /** What `assignIn` answers. */
  result: AssignmentResult;
  /** Null where none runs on the AI config. */
  holdout: ExplainedHoldout | null;
  /** The experiments that were asked, in the order in which they were; the last one decides if it has assigned. */
  experiments: ExplainedExperiment[];
}

/**
 * Explains an assignment. Pure: records nothing.
 * @param unit 1 to 256 characters
 * @param attributes what targeting conditions read
 */
export function explainAssignment(
  config: PreparedConfig,
  unit: string,
  attributes: JsonObject = {},
): Explanation {
  const holdout = config.holdout ? explainHoldout(config.holdout, unit) : null;
  const experiments: ExplainedExperiment[] = [];
  for (const prepared of config.experiments) {
    // A unit that is held out is asked by none; what is said of it by name comes first.
    if (holdout?.group === HELD_OUT && overrideOf(prepared, unit) === undefined) continue;
    const explained = explainExperiment(prepared, unit, attributes);
    experiments.push(explained);
    if (DECIDING.includes(explained.outcome)) break;
  }
  return { result: assignIn(config, unit, attributes), holdout, experiments };
}
