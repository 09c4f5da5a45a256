import { variantInPhase } from "#assigner/variant-in-phase.ts";
import { rulesetExperiment } from "#tools/builders/ruleset-builder.ts";

/** An experiment as a test has made it: seeded by its key, of even weights unless said otherwise. */
export interface MadeExperiment {
  key: string;
  /** By variant, in the order of the experiment's. */
  weights?: Readonly<Record<string, number>>;
}

const EVEN = { control: 0.5, treatment: 0.5 };

/** Enough to meet an arm of one per cent. */
const MAXIMUM_NAMES = 10_000;

/** The variant that an experiment gives a unit. */
export function variantOf({ key, weights = EVEN }: MadeExperiment, unit: string): string | undefined {
  const experiment = rulesetExperiment(key, Object.values(weights), {
    variants: Object.entries(weights).map(([variant, weight]) => ({ key: variant, version: 1, weight })),
  });
  return variantInPhase(experiment, 0, unit);
}

/**
 * A unit that an experiment gives this variant: the label with a number behind it. The same label always names the same
 * unit, and different labels different ones.
 */
export function unitWith(
  label: string,
  ...assignments: readonly (readonly [experiment: MadeExperiment, variant: string])[]
): string {
  for (let number = 0; number < MAXIMUM_NAMES; number++) {
    const unit = `${label}~${number}`;
    if (assignments.every(([experiment, variant]) => variantOf(experiment, unit) === variant)) return unit;
  }
  throw new Error(`no unit '${label}~…' gets these variants`);
}

/** A seed under which all of these units get the first variant of an experiment of even weights. */
export function seedOfFirstVariant(units: readonly string[]): string {
  for (let number = 0; ; number++) {
    const seed = `seed-${number}`;
    if (units.every((unit) => variantOf({ key: seed }, unit) === "control")) return seed;
  }
}
