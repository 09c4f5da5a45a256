import type { Analysis } from "#model/analysis/analysis.ts";
import type { ExperimentSpec } from "#model/experiment/experiment.ts";
import { formatCount, formatPercent } from "./numbers.ts";

type Described = Pick<
  ExperimentSpec,
  "alpha" | "horizon" | "maximumUnits" | "plannedUnits" | "rule" | "variants" | "adjustFor" | "futility"
>;

function intervalSentence({ horizon, maximumUnits, plannedUnits }: Described, confidence: string): string {
  return horizon === "maximum" && maximumUnits !== undefined
    ? `Intervals and p-values hold however often the experiment is looked at, up to its maximum of ${formatCount(maximumUnits)} units, with ${confidence} confidence.`
    : `Intervals and p-values hold however often and however long the experiment is looked at, with ${confidence} confidence; they are narrowest at ${formatCount(plannedUnits)} units.`;
}

function adjustmentSentences({ metrics }: Pick<Analysis, "metrics">): string[] {
  const adjusted = metrics.filter(({ adjustment }) => adjustment && adjustment.imbalancePValue === undefined);
  const imbalanced = metrics.filter(({ adjustment }) => adjustment?.imbalancePValue !== undefined);
  const namesOf = (some: typeof metrics) => some.map(({ definition }) => definition.name).join(", ");
  return [
    ...(adjusted.length > 0
      ? [
          `What was known of units before their assignment is taken out of the variance: of that of ${adjusted
            .map(
              ({ definition, adjustment }) =>
                `${definition.name} ${formatPercent(adjustment?.varianceRatio ?? 1)}`,
            )
            .join(", ")} is left.`,
        ]
      : []),
    ...(imbalanced.length > 0
      ? [
          `${namesOf(imbalanced)} ${imbalanced.length === 1 ? "is" : "are"} not adjusted, because strata or covariates differ between variants more than chance explains.`,
        ]
      : []),
  ];
}

/** How an experiment's numbers are computed, in sentences for somebody who checks them. */
export function describeMethods(spec: Described, analysis: Analysis): string[] {
  const treatments = spec.variants.length - 1;
  return [
    "Differences are treatment minus control. Errors are computed over units (delta method), so that several events of one unit are not mistaken for independent ones.",
    intervalSentence(spec, formatPercent(1 - spec.alpha, spec.alpha < 0.01 ? 2 : 0)),
    ...(treatments > 1
      ? [
          `The primary metric's ${treatments} treatments share the error rate (Holm); other metrics are not corrected.`,
        ]
      : []),
    "Guardrails are harmed, or safe, once a one-sided always-valid bound lies beyond, or within, the tolerated harm.",
    ...(spec.futility === "stop" && spec.horizon === "maximum" && spec.rule.type === "superiority"
      ? ["A treatment that has less than a 10% chance left to be proven better by the maximum leaves."]
      : []),
    ...adjustmentSentences(analysis),
    `Engine ${analysis.engineVersion}. The totals can be recomputed from the event log, and every automatic decision replayed.`,
  ];
}
