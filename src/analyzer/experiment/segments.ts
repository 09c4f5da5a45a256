import type { Analysis, Difference, MetricAnalysis } from "#model/analysis/analysis.ts";
import type { SampleRatioCheck } from "#model/analysis/data-quality.ts";
import type {
  SegmentAnalysis,
  SegmentResults,
  SegmentReversal,
  SegmentValue,
} from "#model/analysis/segments.ts";
import { emptyTotals, mergeTotals } from "../estimates/moments.ts";
import { SAMPLE_RATIO_THRESHOLD } from "../tests/sample-ratio.ts";
import { type AnalysisInput, analyze, type PhaseTotals } from "./analyze.ts";

export interface SegmentInput {
  value: SegmentValue;
  /** One per phase of constant weights, at least one. */
  phases: readonly PhaseTotals[];
}

/** What an analysis needs to know of an experiment besides its totals. */
type Frame = Omit<AnalysisInput, "totals" | "phases" | "previous">;

function analyzePhases(frame: Frame, phases: readonly PhaseTotals[]): Analysis {
  const totals = phases.map((phase) => phase.totals);
  return analyze({
    ...frame,
    phases,
    totals: totals.reduce(mergeTotals, emptyTotals(frame.spec.variants.map(({ key }) => key))),
  });
}

type Breakdown = Pick<
  SegmentResults,
  "alpha" | "comparisons" | "correctedAlpha" | "overall" | "segments" | "reversals"
>;

function multiplied(pValue: number | null, times: number): number | null {
  return pValue === null ? null : Math.min(1, pValue * times);
}

function correctedSampleRatio(check: SampleRatioCheck, segments: number): SampleRatioCheck {
  const sequentialPValue = multiplied(check.sequentialPValue, segments);
  const isBroken = sequentialPValue !== null && sequentialPValue < SAMPLE_RATIO_THRESHOLD;
  return {
    ...check,
    verdict: check.verdict === "insufficient_data" ? check.verdict : isBroken ? "mismatch" : "ok",
    pValue: multiplied(check.pValue, segments),
    sequentialPValue,
    runningPValue: multiplied(check.runningPValue, segments),
  };
}

/** The error rate is shared among treatments already: correcting the primary metric once more would be twice. */
function withoutFamily(metrics: readonly MetricAnalysis[]): MetricAnalysis[] {
  return metrics.map((metric) => ({
    ...metric,
    comparisons: metric.comparisons.map((comparison) => ({
      ...comparison,
      difference:
        comparison.difference.status === "ok"
          ? { ...comparison.difference, corrected: null }
          : comparison.difference,
    })),
  }));
}

function differenceOf(metrics: readonly MetricAnalysis[], metric: string, variant: string) {
  const comparisons = metrics.find((candidate) => candidate.metric === metric)?.comparisons ?? [];
  const difference = comparisons.find((candidate) => candidate.variant === variant)?.difference;
  return difference?.status === "ok" ? difference : undefined;
}

/** The direction of a difference whose interval for one look excludes 0; 0 when it does not. */
function certainSign({ interval: { lower, upper } }: Difference): -1 | 0 | 1 {
  if (lower !== null && lower > 0) return 1;
  return upper !== null && upper < 0 ? -1 : 0;
}

function reversalsOf({ metrics }: Analysis, segments: readonly SegmentAnalysis[]): SegmentReversal[] {
  const reversals: SegmentReversal[] = [];
  for (const { metric, comparisons } of metrics) {
    for (const { variant } of comparisons) {
      const whole = differenceOf(metrics, metric, variant);
      for (const { value, metrics: ofSegment } of segments) {
        const part = differenceOf(ofSegment, metric, variant);
        if (!whole || !part || certainSign(whole) * certainSign(part) !== -1) continue;
        reversals.push({
          metric,
          variant,
          value,
          segment: { estimate: part.estimate, interval: part.interval },
          overall: { estimate: whole.estimate, interval: whole.interval },
        });
      }
    }
  }
  return reversals;
}

/**
 * The experiment's analysis for each segment, with its error rate shared among segments × treatments (Bonferroni), and
 * the segments that contradict the whole.
 * @param all the totals of all units, by phase
 * @param segments their totals, made of the events that carry the value; may overlap in units
 */
export function analyzeSegments(
  frame: Frame,
  all: readonly PhaseTotals[],
  segments: readonly SegmentInput[],
): Breakdown {
  const { alpha, variants } = frame.spec;
  const comparisons = Math.max(1, segments.length) * (variants.length - 1);
  const correctedAlpha = alpha / comparisons;
  const corrected = { ...frame, spec: { ...frame.spec, alpha: correctedAlpha } };
  const whole = analyzePhases(corrected, all);
  const overall = { ...whole, metrics: withoutFamily(whole.metrics) };
  const analyzed = segments.map(({ value, phases }): SegmentAnalysis => {
    const { units, events, sampleRatio, metrics } = analyzePhases(corrected, phases);
    return {
      value,
      units,
      events,
      sampleRatio: correctedSampleRatio(sampleRatio, segments.length),
      metrics: withoutFamily(metrics),
    };
  });
  return {
    alpha,
    comparisons,
    correctedAlpha,
    overall,
    segments: analyzed,
    reversals: reversalsOf(overall, analyzed),
  };
}
