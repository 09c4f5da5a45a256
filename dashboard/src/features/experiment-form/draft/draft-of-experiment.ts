import type { ExperimentSpec } from "#model/experiment/experiment.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import { type ExperimentDraft, emptyDraft, newVariant, toPromotionDraft } from "./experiment-draft.ts";
import { toDifferenceText, toDurationDraft, toPercentText } from "./quantities.ts";
import { toWeights } from "./weights.ts";

const json = (value: object | undefined) => (value === undefined ? "" : JSON.stringify(value, null, 2));
const number = (value: number | undefined) => (value === undefined ? "" : String(value));

function toRuleDraft(
  { rule, metrics }: ExperimentSpec,
  definitionOf: (key: string) => MetricDefinition | undefined,
): ExperimentDraft["rule"] {
  const blank = emptyDraft().rule;
  const primary = definitionOf(metrics.find(({ role }) => role === "primary")?.metric ?? "");
  switch (rule.type) {
    case "non_inferiority":
      return {
        ...blank,
        type: rule.type,
        marginKind: rule.margin.kind,
        margin: toDifferenceText(rule.margin.kind, rule.margin.value, primary),
        objective: rule.objective,
      };
    case "best_arm":
      return {
        ...blank,
        type: rule.type,
        tolerance: toDifferenceText("absolute", rule.tolerance, primary),
        delta: String(rule.delta),
      };
    default:
      return { ...blank, type: rule.type };
  }
}

/** A stored experiment as the form would have been filled in for it. */
export function draftOfExperiment(
  spec: ExperimentSpec,
  definitionOf: (key: string) => MetricDefinition | undefined,
): ExperimentDraft {
  const blank = emptyDraft();
  const weights = toWeights(spec.variants.map(({ weight }) => weight));
  const variants = spec.variants.map((variant, index) => ({
    ...newVariant(variant.key, "existing"),
    name: variant.name ?? "",
    weight: weights[index] ?? 0,
    version: variant.version,
    levels: json(variant.levels),
  }));
  const { allocation } = spec;
  return {
    ...blank,
    key: spec.key,
    keyIsOwn: true,
    name: spec.name,
    hypothesis: spec.hypothesis,
    kind: spec.kind,
    config: spec.config,
    variants,
    control: variants.find(({ key }) => key === spec.control)?.id ?? "",
    coverage: toPercentText(spec.coverage),
    metrics: spec.metrics.map(({ metric, role, margin, windowSeconds }) => ({
      metric,
      role,
      marginKind: margin?.kind ?? "absolute",
      margin: margin ? toDifferenceText(margin.kind, margin.value, definitionOf(metric)) : "",
      ...(windowSeconds !== undefined && { windowSeconds }),
    })),
    rule: toRuleDraft(spec, definitionOf),
    alpha: String(spec.alpha),
    minimumUnits: String(spec.minimumUnits),
    maximumUnits: number(spec.maximumUnits),
    plannedUnits: String(spec.plannedUnits),
    minimumDuration: toDurationDraft(spec.minimumDurationSeconds, "days"),
    maximumDuration: toDurationDraft(spec.maximumDurationSeconds, "days"),
    analysisInterval: toDurationDraft(spec.analysisIntervalSeconds, "minutes"),
    condition: json(spec.condition),
    namespace: spec.namespace
      ? {
          name: spec.namespace.name,
          from: toPercentText(spec.namespace.range[0]),
          to: toPercentText(spec.namespace.range[1]),
        }
      : blank.namespace,
    seed: spec.seed === spec.key ? "" : spec.seed,
    covariateSource: spec.covariateSource ?? "",
    allocation:
      allocation.type === "adaptive"
        ? {
            type: "adaptive",
            algorithm: allocation.algorithm,
            minimumWeight: toPercentText(allocation.minimumWeight),
            phase: toDurationDraft(allocation.phaseSeconds, "hours"),
          }
        : blank.allocation,
    shards: spec.shards === 1 ? "" : String(spec.shards),
    covariates: spec.covariates,
    futility: spec.futility,
    freedTraffic: spec.freedTraffic,
    unvouched: spec.unvouched,
    acceptUnequalEvents: spec.acceptUnequalEvents,
    maximumEventsPerUnit: spec.maximumEventsPerUnit === null ? "" : String(spec.maximumEventsPerUnit),
    properties: spec.properties?.join(", ") ?? "",
    attributes: spec.attributes.join(", "),
    adjustFor: {
      attribute: spec.adjustFor?.strata?.attribute ?? "",
      values: spec.adjustFor?.strata?.values.join(", ") ?? "",
      covariates: spec.adjustFor?.covariates.join(", ") ?? "",
    },
    promotion: toPromotionDraft(spec.promotion),
  };
}

/** The same experiment again under another key; the units are shuffled anew, since its seed is not taken over. */
export function duplicateOf(draft: ExperimentDraft, usedKeys: ReadonlySet<string>): ExperimentDraft {
  const stem = draft.key.slice(0, 56);
  let count = 2;
  while (usedKeys.has(`${stem}-${count}`)) count += 1;
  return { ...draft, key: `${stem}-${count}`, seed: "" };
}
