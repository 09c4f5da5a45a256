import type { ExperimentSummary, LatestSummary, PrimarySummary } from "#contract/lists.ts";
import type { Comparison, GuardrailResult, MetricAnalysis } from "#model/analysis/analysis.ts";
import type { Snapshot } from "#model/analysis/decision.ts";
import type { Experiment } from "#model/experiment/experiment.ts";

function shorten({ variant, difference }: Comparison): PrimarySummary["comparisons"][number] {
  return difference.status === "ok"
    ? {
        variant,
        estimate: difference.estimate,
        standardError: difference.standardError,
        alwaysValid: difference.alwaysValid.interval,
      }
    : { variant, estimate: null, standardError: null, alwaysValid: null };
}

function readPrimary(metric: MetricAnalysis): PrimarySummary {
  const { name, type, direction, displayUnit } = metric.definition;
  return {
    metric: { key: metric.metric, name, type, direction, displayUnit },
    comparisons: metric.comparisons.map(shorten),
  };
}

function countVerdicts(guardrails: readonly GuardrailResult[]): LatestSummary["guardrails"] {
  const count = (wanted: GuardrailResult["verdict"]) =>
    guardrails.filter(({ verdict }) => verdict === wanted).length;
  return { safe: count("safe"), unclear: count("unclear"), harmed: count("harmed") };
}

/** An analysis as lists tell it. Pure. @param summary its decision's reason as a sentence */
export function toLatestSummary(
  { takenAt, analysis, guardrails, decision }: Omit<Snapshot, "experiment" | "source" | "phases">,
  summary: string,
): LatestSummary {
  const primary = analysis.metrics.find(({ role }) => role === "primary");
  return {
    takenAt,
    units: analysis.units,
    action: decision.action,
    reason: decision.reason.code,
    summary,
    guardrails: countVerdicts(guardrails),
    primary: primary ? readPrimary(primary) : null,
  };
}

/** An experiment as lists tell it. Pure. */
export function toSummary(experiment: Experiment, latestSummary: LatestSummary | null): ExperimentSummary {
  const { spec, status, revision, createdAt, updatedAt, startedAt, endedAt, labels } = experiment;
  const { key, name, kind, config, control, variants, namespace } = spec;
  return {
    key,
    name,
    kind,
    config,
    status,
    revision,
    control,
    variants: variants.map((variant) => ({ key: variant.key, version: variant.version })),
    namespace: namespace ?? null,
    createdAt,
    updatedAt,
    startedAt,
    endedAt,
    latestSummary,
    owner: labels.owner,
    tags: labels.tags,
    archivedAt: labels.archivedAt,
  };
}
