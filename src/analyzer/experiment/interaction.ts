import type { Unavailable } from "#model/analysis/analysis.ts";
import type {
  ConditionalEffect,
  EffectDifference,
  InteractionCell,
  InteractionResults,
} from "#model/analysis/interaction.ts";
import type { ExperimentTotals } from "#model/analysis/moments.ts";
import type { ExperimentSpec } from "#model/experiment/experiment.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import { type Contrast, contrastOf } from "../estimates/contrast.ts";
import { independenceTestOfStrata } from "../tests/independence.ts";
import { SAMPLE_RATIO_THRESHOLD } from "../tests/sample-ratio.ts";
import { isUnavailable, unavailable } from "../unavailable.ts";
import { armsOf } from "./arms.ts";

/** An experiment's totals among the units of one variant of the other experiment. */
export interface OtherArm {
  otherVariant: string;
  /** By phase of this experiment's weights, at least one. */
  phases: readonly ExperimentTotals[];
}

function unitsIn(totals: ExperimentTotals | undefined, variant: string): number {
  return totals?.variants[variant]?.units ?? 0;
}

/** How many units are in each pair of variants. */
export function interactionTable(spec: ExperimentSpec, others: readonly OtherArm[]): InteractionCell[] {
  return spec.variants.flatMap(({ key }) =>
    others.map(({ otherVariant, phases }) => ({
      variant: key,
      otherVariant,
      units: phases.reduce((sum, totals) => sum + unitsIn(totals, key), 0),
    })),
  );
}

type Interaction = Pick<
  InteractionResults,
  "assignment" | "comparisons" | "correctedAlpha" | "effects" | "differences" | "verdict"
>;

/** Phase by phase: where both experiments' weights drift with time, all of it together would look dependent. */
function checkAssignment(spec: ExperimentSpec, others: readonly OtherArm[]): Interaction["assignment"] {
  const phases = others[0]?.phases ?? [];
  const test = independenceTestOfStrata(
    phases.map((_, phase) =>
      spec.variants.map(({ key }) => others.map((other) => unitsIn(other.phases[phase], key))),
    ),
  );
  if (test.status !== "ok") return { verdict: "insufficient_data", test };
  return { verdict: test.pValue < SAMPLE_RATIO_THRESHOLD ? "dependent" : "independent", test };
}

function verdictOf(differences: readonly EffectDifference[], alpha: number): Interaction["verdict"] {
  const computed = differences.flatMap(({ difference }) => (difference.status === "ok" ? [difference] : []));
  if (computed.some(({ adjustedPValue }) => adjustedPValue < alpha)) return "interacting";
  return computed.length === differences.length ? "none_found" : "insufficient_data";
}

/** A cell of the two-way table: a variant of this experiment and one of the other. */
type Cell = readonly [variant: string, otherVariant: string];

/**
 * Does another experiment change what an experiment's treatments do? Compares each treatment's effect between every
 * variant of the other experiment and its control, as a difference of differences over four disjoint cells of units.
 * Bonferroni over these differences.
 * @param others one entry per variant of the other experiment
 * @param otherControl the key of the other experiment's control
 */
export function analyzeInteraction(
  spec: ExperimentSpec,
  definition: MetricDefinition,
  others: readonly OtherArm[],
  otherControl: string,
): Interaction {
  const { alpha, control } = spec;
  const treatments = spec.variants.map(({ key }) => key).filter((key) => key !== control);
  const comparisons = Math.max(1, treatments.length * (others.length - 1));
  const cells = new Map(
    others.map(({ otherVariant, phases }) => [
      otherVariant,
      armsOf(
        spec,
        definition,
        phases.map((totals) => ({ totals })),
      ).arms,
    ]),
  );
  const contrast = (plus: readonly Cell[], minus: readonly Cell[]): Contrast | Unavailable => {
    const [added, subtracted] = [plus, minus].map((list) =>
      list.flatMap(
        ([variant, other]) => cells.get(other)?.find((arm) => arm.variant === variant)?.statistics ?? [],
      ),
    );
    return added?.length === plus.length && subtracted?.length === minus.length
      ? contrastOf(added, subtracted, alpha / comparisons)
      : unavailable("insufficient_data");
  };
  const effects = treatments.flatMap((variant) =>
    others.map(({ otherVariant }): ConditionalEffect => {
      const effect = contrast([[variant, otherVariant]], [[control, otherVariant]]);
      return {
        variant,
        otherVariant,
        effect: isUnavailable(effect) ? effect : { status: "ok", ...effect },
      };
    }),
  );
  const differences = effects.flatMap(({ variant, otherVariant }): EffectDifference[] => {
    if (otherVariant === otherControl) return [];
    const difference = contrast(
      [
        [variant, otherVariant],
        [control, otherControl],
      ],
      [
        [control, otherVariant],
        [variant, otherControl],
      ],
    );
    if (isUnavailable(difference)) return [{ variant, otherVariant, difference }];
    const adjustedPValue = Math.min(1, difference.pValue * comparisons);
    return [{ variant, otherVariant, difference: { status: "ok", ...difference, adjustedPValue } }];
  });
  return {
    assignment: checkAssignment(spec, others),
    comparisons,
    correctedAlpha: alpha / comparisons,
    effects,
    differences,
    verdict: verdictOf(differences, alpha),
  };
}
