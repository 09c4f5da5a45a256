import type { ExperimentResults, TreatmentStanding } from "#model/analysis/results.ts";
import { formatDifference } from "#reporter/metric-values.ts";

const proofs: Record<TreatmentStanding["verdict"], string> = {
  better: ", proven better",
  worse: ", proven worse",
  unproven: ", not proven, may be due to chance",
  unknown: "",
};

/** How a treatment stands before a person promotes it: the deciding metric's difference, and what is proven of it. */
export function describeStanding(
  standing: TreatmentStanding | undefined,
  results: ExperimentResults | undefined,
): string {
  const metric = results?.analysis.metrics.find((candidate) => candidate.metric === standing?.metric);
  const difference = metric?.comparisons.find(({ variant }) => variant === standing?.variant)?.difference;
  if (!standing || !metric || difference?.status !== "ok") return "No results yet";
  const change = formatDifference(metric.definition, difference.estimate, difference.standardError);
  return `${metric.definition.name} ${change}${proofs[standing.verdict]}`;
}

/** What speaks against promoting a treatment by hand. */
export function promotionWarnings(variant: string, standing: TreatmentStanding | undefined): string[] {
  const {
    verdict = "unknown",
    meetsRule = false,
    harmedGuardrails = [],
    unclearGuardrails = [],
  } = standing ?? {};
  const proof =
    verdict === "worse"
      ? [`'${variant}' is proven worse than control.`]
      : verdict === "better"
        ? meetsRule
          ? []
          : [`'${variant}' is proven better, but does not meet the decision rule.`]
        : [`'${variant}' is not proven better than control. The observed difference may be due to chance.`];
  const harm = `It is proven to harm ${harmedGuardrails.join(", ")} beyond the tolerance.`;
  const doubt = `Harm beyond the tolerance is not ruled out for ${unclearGuardrails.join(", ")}.`;
  return [
    ...proof,
    ...(harmedGuardrails.length > 0 ? [harm] : []),
    ...(unclearGuardrails.length > 0 ? [doubt] : []),
  ];
}
