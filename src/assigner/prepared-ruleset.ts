import type { ConfigValue } from "#model/config/ai-config.ts";
import type { Assignment, AssignmentReason } from "#model/config/assignment.ts";
import type { RulesetConfig } from "#model/config/ruleset.ts";
import { isActive } from "#model/experiment/active-status.ts";
import type { AssignableExperiment, AssignmentResult } from "./assignable-experiment.ts";
import type { BucketRange } from "./bucket-ranges.ts";
import { hashStateAfter } from "./hash.ts";
import { type PreparedHoldout, prepareHoldout } from "./holdout.ts";
import { type ConditionTest, compileCondition } from "./targeting/compile.ts";
import { segmentsInPhase } from "./variant-in-phase.ts";

/** What assignment reads of a ruleset; the server's and the one that clients are given both hold it. */
export interface AssignableRuleset {
  version: number;
  configs: readonly RulesetConfig[];
  /** Oldest first; those that are not active are passed over. */
  experiments: readonly AssignableExperiment[];
  /** Running ones, one for each of their AI configs, with the version that is held there. */
  holdouts?: readonly AssignableExperiment[];
}

/** A variant with a range of its buckets; one of several ranges is listed once for each. */
export interface PreparedVariant {
  key: string;
  /** The control's once the variant was switched off. */
  version: number;
  range: BucketRange;
  /** What its units are answered. */
  result: AssignmentResult;
}

export interface PreparedExperiment {
  experiment: AssignableExperiment;
  variants: PreparedVariant[];
  /** Of the hash, after the seed. */
  seedState: number;
  /** What units that the hash does not decide about are answered, by what stands for them; null for one that is excluded, or forced to a variant that left. */
  overrides: ReadonlyMap<string, AssignmentResult | null> | undefined;
  meetsCondition: ConditionTest | undefined;
  namespace: { suffix: string; range: BucketRange } | undefined;
}

export interface PreparedConfig {
  key: string;
  liveVersion: number;
  values: ReadonlyMap<number, ConfigValue>;
  /** Running experiments on this config, oldest first. */
  experiments: PreparedExperiment[];
  /** Asked before all experiments. */
  holdout: PreparedHoldout | undefined;
  /** What units in none of them are answered. */
  fallbackResult: AssignmentResult;
}

/** A ruleset indexed for look-up: built once per version, read by every assignment. */
export interface PreparedRuleset {
  version: number;
  configs: ReadonlyMap<string, PreparedConfig>;
}

type Values = PreparedConfig["values"];
type ArmAssignment = Pick<Assignment, "experiment" | "variant" | "phase">;

const NO_ASSIGNMENT: ArmAssignment = { experiment: null, variant: null, phase: null };

function prepareResult(
  config: string,
  values: Values,
  version: number,
  { experiment, variant, phase }: ArmAssignment,
  reason: AssignmentReason,
): AssignmentResult {
  const value = values.get(version);
  if (!value) return Object.freeze({ ok: false, code: "version_not_found" });
  const assignment = Object.freeze({ config, value, version, experiment, variant, phase, reason });
  return Object.freeze({ ok: true, assignment });
}

function prepareOverrides(
  { config, overrides, variants, switchedOff = [] }: AssignableExperiment,
  values: Values,
): PreparedExperiment["overrides"] {
  if (!overrides || overrides.length === 0) return undefined;
  const answerOf = (forced: string | null): AssignmentResult | null => {
    const variant = variants.find(({ key }) => key === forced && !switchedOff.includes(key));
    return variant ? prepareResult(config, values, variant.version, NO_ASSIGNMENT, "OVERRIDE") : null;
  };
  return new Map(overrides.map(({ unit, variant }) => [unit, answerOf(variant)]));
}

function prepareExperiment(experiment: AssignableExperiment, values: Values): PreparedExperiment {
  const { key, config, seed, namespace, condition, phases, control, switchedOff = [] } = experiment;
  const phase = phases.length - 1;
  const reason = condition ? "TARGETING_MATCH" : "SPLIT";
  const controlVersion = experiment.variants.find((variant) => variant.key === control)?.version;
  return {
    experiment,
    variants: segmentsInPhase(experiment).flatMap(({ variant: place, range }) => {
      const segmentOf = experiment.variants[place];
      if (!segmentOf) return [];
      const { key: variant, version: own } = segmentOf;
      // A variant that left keeps its units, so that nobody else moves; they are in no experiment any more.
      const isOff = switchedOff.includes(variant) && controlVersion !== undefined;
      const version = isOff ? controlVersion : own;
      const result = isOff
        ? prepareResult(config, values, version, NO_ASSIGNMENT, "DISABLED")
        : prepareResult(config, values, version, { experiment: key, variant, phase }, reason);
      return [{ key: variant, version, range, result }];
    }),
    overrides: prepareOverrides(experiment, values),
    seedState: hashStateAfter(seed),
    meetsCondition: condition && compileCondition(condition),
    namespace: namespace && {
      suffix: `__${namespace.name}`,
      range: { start: namespace.range[0], end: namespace.range[1] },
    },
  };
}

/** Answers that name no experiment, and whose units may be counted as everybody else. */
function uncountedResults(
  experiments: readonly PreparedExperiment[],
  fallbackResult: AssignmentResult,
): AssignmentResult[] {
  const results = experiments.flatMap(({ variants }) => variants.map(({ result }) => result));
  return [fallbackResult, ...results.filter((result) => result.ok && result.assignment.experiment === null)];
}

/**
 * Prepares one AI config. Pure.
 * @param experiments those on it, oldest first
 * @param holdout the one that runs on it, with the version that it holds here
 */
export function prepareConfig(
  key: string,
  liveVersion: number,
  values: Values,
  experiments: readonly AssignableExperiment[],
  holdout?: AssignableExperiment,
): PreparedConfig {
  const active = experiments.filter(({ status }) => isActive(status));
  const running = active.filter(({ status }) => status !== "paused");
  const isIdle = active.length === 0;
  const reason = isIdle ? "STATIC" : running.length === 0 ? "DISABLED" : "DEFAULT";
  const prepared = running.map((experiment) => prepareExperiment(experiment, values));
  const fallbackResult = prepareResult(key, values, liveVersion, NO_ASSIGNMENT, reason);
  const heldVersion = holdout?.variants.find((variant) => variant.key === holdout.control)?.version ?? 0;
  return {
    key,
    liveVersion,
    values,
    experiments: prepared,
    holdout:
      holdout &&
      prepareHoldout(
        holdout,
        prepareResult(key, values, heldVersion, NO_ASSIGNMENT, "HOLDOUT"),
        uncountedResults(prepared, fallbackResult),
      ),
    fallbackResult,
  };
}

/** Indexes a ruleset. Pure; the result shares the ruleset's values. */
export function prepareRuleset({
  version,
  configs,
  experiments,
  holdouts = [],
}: AssignableRuleset): PreparedRuleset {
  const experimentsOf = new Map<string, AssignableExperiment[]>();
  for (const experiment of experiments) {
    const others = experimentsOf.get(experiment.config);
    if (others) others.push(experiment);
    else experimentsOf.set(experiment.config, [experiment]);
  }
  return {
    version,
    configs: new Map(
      configs.map(({ key, liveVersion, values }) => [
        key,
        prepareConfig(
          key,
          liveVersion,
          new Map(values.map((entry) => [entry.version, entry.value])),
          experimentsOf.get(key) ?? [],
          holdouts.find(({ config }) => config === key),
        ),
      ]),
    ),
  };
}
