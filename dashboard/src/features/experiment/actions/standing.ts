import type { Comparison, GuardrailResult, MetricAnalysis } from "#model/analysis/analysis.ts";
import type { ExperimentResults } from "#model/analysis/decision.ts";
import type { ExperimentSpec } from "#model/experiment/experiment.ts";
import { improvementSign } from "#model/metric/direction.ts";
import { formatDifference } from "#reporter/metric-values.ts";

/** How a variant stands before a person promotes it. */
export interface Standing {
  variant: string;
  version: number;
  kind: "control" | "better" | "worse" | "unproven" | "unknown";
  /** The primary metric's difference in words, and what is proven of it. */
  words: string;
  /** How much better it is on the primary metric; null where that is not known. */
  gain: number | null;
  /** The guardrails that it is proven to harm, and those for which harm is not excluded. */
  harmed: string[];
  unclear: string[];
}

/** Proven as the decision asks for it: always valid, and corrected for the number of treatments. */
function kindOf(metric: MetricAnalysis, { difference }: Comparison, alpha: number): Standing["kind"] {
  if (difference.status !== "ok") return "unknown";
  const gain = improvementSign(metric.definition) * difference.estimate;
  if (gain > 0) {
    const { pValue } = difference.corrected?.alwaysValid ?? difference.alwaysValid;
    return pValue < alpha ? "better" : "unproven";
  }
  return gain < 0 && difference.alwaysValid.pValue < alpha ? "worse" : "unproven";
}

const proofs = {
  better: "proven better",
  worse: "proven worse",
  unproven: "not proven, may be due to chance",
} as const;

function treatmentStanding(
  results: ExperimentResults | undefined,
  variant: string,
): Pick<Standing, "kind" | "words" | "gain"> {
  const metric = results?.analysis.metrics.find(({ role }) => role === "primary");
  const comparison = metric?.comparisons.find((candidate) => candidate.variant === variant);
  if (!results || !metric || comparison?.difference.status !== "ok")
    return { kind: "unknown", words: "No results yet", gain: null };
  const kind = kindOf(metric, comparison, results.analysis.alpha);
  const { estimate, standardError } = comparison.difference;
  const change = formatDifference(metric.definition, estimate, standardError);
  const proof = kind === "control" || kind === "unknown" ? "" : `, ${proofs[kind]}`;
  const gain = improvementSign(metric.definition) * estimate;
  return { kind, words: `${metric.definition.name} ${change}${proof}`, gain };
}

/** Every variant as it stands, control included. */
export function standings(spec: ExperimentSpec, results: ExperimentResults | undefined): Standing[] {
  return spec.variants.map(({ key, version }) => {
    const guardrailsOfVariant = (results?.guardrails ?? []).filter(({ variant }) => variant === key);
    const metricsOf = (guardrailVerdict: GuardrailResult["verdict"]) =>
      guardrailsOfVariant.flatMap(({ metric, verdict }) => (verdict === guardrailVerdict ? [metric] : []));
    const standing =
      key === spec.control
        ? ({ kind: "control", words: "Treatments are compared with it", gain: null } as const)
        : treatmentStanding(results, key);
    const guardrails = { harmed: metricsOf("harmed"), unclear: metricsOf("unclear") };
    return { variant: key, version, ...guardrails, ...standing };
  });
}

/**
 * Who may be chosen beforehand: the decision's winner, or else the best treatment that is proven better and harms
 * nothing. Never one that is not proven.
 */
export function provenWinner(
  all: readonly Standing[],
  results: ExperimentResults | undefined,
): string | null {
  const decided = results?.decision.action === "promote" ? results.decision.variant : null;
  if (decided !== null) return decided;
  const [best] = all
    .filter(({ kind, harmed }) => kind === "better" && harmed.length === 0)
    .toSorted((a, b) => (b.gain ?? 0) - (a.gain ?? 0));
  return best?.variant ?? null;
}
