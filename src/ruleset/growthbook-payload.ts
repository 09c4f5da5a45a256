import type { HoldoutGroup, PreparedHoldout } from "#assigner/holdout.ts";
import type { PreparedConfig, PreparedExperiment } from "#assigner/prepared-ruleset.ts";
import type { GrowthbookPayload, GrowthbookRule } from "#contract/growthbook.ts";
import { publicPartOf } from "#model/config/ai-config.ts";
import { COMPARISON, HELD_OUT } from "#model/experiment/holdout-arms.ts";

/** Of a rule's id. */
const LONGEST_KEY = 64;

function servedValue({ values }: PreparedConfig, version: number) {
  const value = values.get(version);
  return value && publicPartOf(value);
}

/** Namespaces are hashed as GrowthBook's first ones were: as a filter that can be said to any of its SDKs exactly. */
function filtersOf({ experiment: { namespace } }: PreparedExperiment): Pick<GrowthbookRule, "filters"> {
  if (!namespace) return {};
  const { name, range } = namespace;
  return { filters: [{ attribute: "id", seed: `__${name}`, hashVersion: 1, ranges: [range] }] };
}

function toRule(prepared: PreparedExperiment, config: PreparedConfig): GrowthbookRule[] {
  const { experiment, variants } = prepared;
  const values = variants.flatMap(({ version }) => servedValue(config, version) ?? []);
  // A rule with fewer values than arms would hand out the wrong ones.
  if (values.length < variants.length) return [];
  const { key, seed, coverage, condition, phases, growth } = experiment;
  const weights = phases.at(-1)?.weights ?? experiment.variants.map(({ weight }) => weight);
  return [
    {
      id: key,
      key,
      seed,
      hashAttribute: "id",
      hashVersion: 2,
      variations: values,
      ranges: variants.map(({ range: { start, end } }) => [start, end]),
      // One for each of the ranges, which decide; a variant may have several.
      weights:
        growth || phases.at(-1)?.ranges ? variants.map(({ range }) => range.end - range.start) : weights,
      coverage,
      meta: variants.map((variant) => ({ key: variant.key })),
      ...filtersOf(prepared),
      ...(condition && { condition }),
      phase: String(phases.length - 1),
    },
  ];
}

/**
 * A holdout's group as a rule: as an experiment with two arms of one value, of which only the group's has buckets, because the other
 * group is asked by other rules. GrowthBook's SDKs take no rule with a single arm.
 */
function toHoldoutRule(
  { key, experiment, ranges }: PreparedHoldout,
  group: HoldoutGroup,
  value: GrowthbookRule["variations"][number] | undefined,
): GrowthbookRule[] {
  if (!value) return [];
  const groups = [HELD_OUT, COMPARISON] as const;
  return [
    {
      id: `${key}.${group}`.slice(0, LONGEST_KEY),
      key,
      seed: experiment.seed,
      hashAttribute: "id",
      hashVersion: 2,
      variations: groups.map(() => value),
      ranges: groups.map((one) => (one === group ? [ranges[one].start, ranges[one].end] : [0, 0])),
      // What SDKs that know no ranges compute the group's own buckets from.
      weights: group === HELD_OUT ? [1, 0] : experiment.variants.map(({ weight }) => weight),
      coverage: group === HELD_OUT ? ranges[HELD_OUT].end : experiment.coverage,
      meta: groups.map((one) => ({ key: one })),
      phase: "0",
    },
  ];
}

/** An AI config as a feature, with its key; none where nothing can be served. Pure. */
export function toGrowthbookFeatures(
  config: PreparedConfig,
): [string, GrowthbookPayload["features"][string]][] {
  const defaultValue = servedValue(config, config.liveVersion);
  const { holdout } = config;
  const heldOut = holdout?.heldOutResult;
  const rules = [
    ...(holdout && heldOut?.ok
      ? toHoldoutRule(holdout, HELD_OUT, servedValue(config, heldOut.assignment.version))
      : []),
    ...config.experiments.flatMap((experiment) => toRule(experiment, config)),
    ...(holdout ? toHoldoutRule(holdout, COMPARISON, defaultValue) : []),
  ];
  return defaultValue ? [[config.key, { defaultValue, rules }]] : [];
}

/**
 * AI configs as a payload for GrowthBook's SDKs, which then give every unit (their attribute `id`) the variant that `assign`
 * does. Pure. With the public part of values only: these payloads are public.
 */
export function toGrowthbookPayload(
  features: readonly ReturnType<typeof toGrowthbookFeatures>[],
): GrowthbookPayload {
  return { status: 200, features: Object.fromEntries(features.flat()) };
}
