import type { RulesetExperiment } from "#model/config/ruleset.ts";
import { type BucketRange, bucketRanges, divideGrowth, inRange } from "./bucket-ranges.ts";
import { bucketOf, hashStateAfter, namespaceBucketOf } from "./hash.ts";

/** What decides a unit's variant, apart from its attributes. */
type HashedExperiment = Pick<
  RulesetExperiment,
  "variants" | "control" | "coverage" | "namespace" | "seed" | "phases" | "growth"
>;

/** Some buckets of one variant. */
export interface Segment {
  /** The variant's place in the experiment. */
  variant: number;
  range: BucketRange;
}

/** All buckets of all variants in one phase; by default in the newest one. */
export function segmentsInPhase(
  experiment: Pick<HashedExperiment, "variants" | "control" | "coverage" | "phases" | "growth">,
  phase = experiment.phases.length - 1,
): Segment[] {
  const { variants, control, growth, coverage, phases } = experiment;
  const { ranges, weights = variants.map(({ weight }) => weight) } = phases[phase] ?? {};
  if (ranges) return ranges.map(([variant, start, end]) => ({ variant, range: { start, end } }));
  if (!growth) return bucketRanges(weights, coverage).map((range, variant) => ({ variant, range }));
  const place = variants.findIndex(({ key }) => key === control);
  const treatment = 1 - place;
  const share = weights[treatment] ?? 0;
  const { grown, rest } = divideGrowth(growth, share);
  return [
    ...grown.map((range) => ({ variant: treatment, range })),
    ...rest.map((range) => ({ variant: place, range })),
  ];
}

/** What of an experiment stays the same from unit to unit. */
interface PreparedHash {
  seedState: number;
  namespaceSuffix: string;
  segments: Segment[][];
}

/** Experiments as they are published are never changed, but replaced. */
const preparedHashes = new WeakMap<HashedExperiment, PreparedHash>();

function prepareHash(experiment: HashedExperiment): PreparedHash {
  const existing = preparedHashes.get(experiment);
  if (existing) return existing;
  const prepared = {
    seedState: hashStateAfter(experiment.seed),
    namespaceSuffix: `__${experiment.namespace?.name}`,
    segments: experiment.phases.map((_, phase) => segmentsInPhase(experiment, phase)),
  };
  preparedHashes.set(experiment, prepared);
  return prepared;
}

/**
 * The variant that the hash gives a unit in one phase. The coverage is that of now: it only ever grows, and growing moves
 * nobody, so whoever has taken part still does. Targeting conditions are not evaluated: whether a unit met them then,
 * nobody can tell from its name.
 * @param experiment is not changed afterward: what it takes to hash is remembered with it
 * @returns undefined for a unit that the experiment gives no variant
 */
export function variantInPhase(
  experiment: HashedExperiment,
  phase: number,
  unit: string,
): string | undefined {
  const { namespace, variants } = experiment;
  const { seedState, namespaceSuffix, segments } = prepareHash(experiment);
  if (namespace) {
    const [start, end] = namespace.range;
    if (!inRange(namespaceBucketOf(namespaceSuffix, unit), { start, end })) return undefined;
  }
  const bucket = bucketOf(seedState, unit);
  const inPhase = segments[phase] ?? segmentsInPhase(experiment, phase);
  const found = inPhase.find(({ range }) => inRange(bucket, range));
  return found && variants[found.variant]?.key;
}
