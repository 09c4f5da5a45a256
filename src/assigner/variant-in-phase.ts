import type { RulesetExperiment } from "#model/config/ruleset.ts";
import { type BucketRange, bucketRanges, inRange } from "./bucket-ranges.ts";
import { bucketOf, hashStateAfter, namespaceBucketOf } from "./hash.ts";

/** What decides a unit's variant, apart from its attributes. */
type HashedExperiment = Pick<RulesetExperiment, "variants" | "coverage" | "namespace" | "seed" | "phases">;

/** The buckets of each variant in one phase, in the order of the variants; by default in the newest one. */
export function rangesInPhase(
  { variants, coverage, phases }: Pick<HashedExperiment, "variants" | "coverage" | "phases">,
  phase = phases.length - 1,
): BucketRange[] {
  return bucketRanges(phases[phase]?.weights ?? variants.map(({ weight }) => weight), coverage);
}

/**
 * The variant that the hash gives a unit in one phase. The coverage is that of now: it only ever grows, and growing moves
 * nobody, so whoever has taken part still does. Targeting conditions are not evaluated: whether a unit met them then,
 * nobody can tell from its name.
 * @returns undefined for a unit that the experiment gives no variant
 */
export function variantInPhase(
  experiment: HashedExperiment,
  phase: number,
  unit: string,
): string | undefined {
  const { namespace, seed, variants } = experiment;
  if (namespace) {
    const [start, end] = namespace.range;
    if (!inRange(namespaceBucketOf(`__${namespace.name}`, unit), { start, end })) return undefined;
  }
  const bucket = bucketOf(hashStateAfter(seed), unit);
  return variants[rangesInPhase(experiment, phase).findIndex((range) => inRange(bucket, range))]?.key;
}
