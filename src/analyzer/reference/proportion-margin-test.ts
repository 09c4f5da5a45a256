import type { Unavailable } from "#model/analysis/analysis.ts";
import { normalUpperTail } from "../distributions/index.ts";
import { differenceOfShares, unpooledVariance } from "../estimates/proportion-difference.ts";
import { type Counts, inputErrorOfCounts } from "../estimates/proportion-interval.ts";
import { rootOfDecreasing } from "../numeric/find-root.ts";
import { isShare, unavailable, withoutNaN } from "../unavailable.ts";

interface ScoreTest {
  statistic: number;
  /** One-sided, against "lower by the margin or more". */
  pValue: number;
}

export interface ProportionNonInferiority {
  /** `zero_variance` when each arm has seen one outcome only. */
  wald: ScoreTest | Unavailable;
  /** The likeliest shares whose difference is exactly −margin. */
  controlUnderNull: number;
  treatmentUnderNull: number;
  /** Farrington and Manning's, with the variance under the null: the one to use. */
  score: ScoreTest | Unavailable;
}

/**
 * Is treatment's share of successes lower than control's by less than a margin?
 * @param margin in (0, 1)
 * @see Farrington, Manning 1990, "Test statistics and sample size formulae for comparative binomial trials"
 */
export function proportionNonInferiorityTest(
  control: Counts,
  treatment: Counts,
  margin: number,
): ProportionNonInferiority | Unavailable {
  const inputError = inputErrorOfCounts(control) ?? inputErrorOfCounts(treatment);
  if (inputError) return inputError;
  if (!isShare(margin)) return unavailable("bad_input");
  const distance = differenceOfShares(control, treatment) + margin;
  const controlUnderNull = shareUnderNull(control, treatment, margin);
  const treatmentUnderNull = Math.max(0, controlUnderNull - margin);
  const spread = (share: number, units: number) => (share * (1 - share)) / units;
  const nullVariance = spread(controlUnderNull, control.units) + spread(treatmentUnderNull, treatment.units);
  return withoutNaN({
    wald: scoreTest(distance, unpooledVariance(control, treatment)),
    controlUnderNull,
    treatmentUnderNull,
    score: scoreTest(distance, nullVariance),
  });
}

function scoreTest(distance: number, variance: number): ScoreTest | Unavailable {
  if (!(variance > 0)) return unavailable("zero_variance");
  const statistic = distance / Math.sqrt(variance);
  return { statistic, pValue: normalUpperTail(statistic) };
}

/** Control's share in [margin, 1] that maximizes the likelihood when treatment's is lower by the margin. */
function shareUnderNull(control: Counts, treatment: Counts, margin: number): number {
  const part = (count: number, share: number) => (count === 0 ? 0 : count / share);
  // The slope of the log-likelihood, decreasing. The logit of the position in (margin, 1) keeps the search inside.
  const slope = (logit: number) => {
    const position = 1 / (1 + Math.exp(-logit));
    const treated = (1 - margin) * position;
    const rest = (1 - margin) / (1 + Math.exp(logit));
    return (
      part(control.successes, margin + treated) -
      part(control.units - control.successes, rest) +
      part(treatment.successes, treated) -
      part(treatment.units - treatment.successes, margin + rest)
    );
  };
  const [leftEnd, rightEnd] = [-700, 700];
  if (slope(leftEnd) <= 0) return margin;
  if (slope(rightEnd) >= 0) return 1;
  return margin + (1 - margin) / (1 + Math.exp(-rootOfDecreasing(slope, 0, 1)));
}
