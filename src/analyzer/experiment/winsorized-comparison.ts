import type { WinsorizedComparison } from "#model/analysis/winsorized.ts";
import { estimateOfMean } from "../estimates/estimate.ts";
import { winsorizePooled } from "../estimates/winsorize.ts";
import { welchTest } from "../tests/welch.ts";
import { isUnavailable } from "../unavailable.ts";

/** Welch's test of two arms after both were capped at the same quantile of their pooled values. */
export function compareWinsorized(
  variant: string,
  control: readonly number[],
  treatment: readonly number[],
  { quantile, alpha }: { quantile: number; alpha: number },
): WinsorizedComparison {
  const capped = winsorizePooled(control, treatment, 0, quantile);
  if (isUnavailable(capped)) return { variant, result: capped };
  const [before, after] = [estimateOfMean(capped.control), estimateOfMean(capped.treatment)];
  if (isUnavailable(before)) return { variant, result: before };
  if (isUnavailable(after)) return { variant, result: after };
  const test = welchTest(before, after, alpha);
  if (isUnavailable(test)) return { variant, result: test };
  return {
    variant,
    result: {
      status: "ok",
      method: "welch_t",
      cap: capped.upperCap,
      cappedUnits: capped.capped,
      controlMean: capped.control.mean,
      treatmentMean: capped.treatment.mean,
      estimate: test.estimate,
      standardError: test.standardError,
      pValue: test.pValue,
      interval: test.interval,
    },
  };
}
