import type { WinsorizedComparison } from "#model/analysis/winsorized.ts";
import { estimateOfMean } from "../estimates/estimate.ts";
import { winsorizePooled } from "../estimates/winsorize.ts";
import { welchTest } from "../tests/welch.ts";

/** Welch's test of two arms after both were capped at the same quantile of their pooled values. */
export function compareWinsorized(
  variant: string,
  control: readonly number[],
  treatment: readonly number[],
  { quantile, alpha }: { quantile: number; alpha: number },
): WinsorizedComparison {
  const capped = winsorizePooled(control, treatment, 0, quantile);
  if ("reason" in capped) return { variant, result: { status: "unavailable", reason: capped.reason } };
  const [before, after] = [estimateOfMean(capped.control), estimateOfMean(capped.treatment)];
  if ("reason" in before) return { variant, result: { status: "unavailable", reason: before.reason } };
  if ("reason" in after) return { variant, result: { status: "unavailable", reason: after.reason } };
  const test = welchTest(before, after, alpha);
  if ("reason" in test) return { variant, result: { status: "unavailable", reason: test.reason } };
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
