import type { ExperimentSpec, Margin } from "#model/experiment/experiment.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import { stagesOf } from "#model/release/promotion-plan.ts";
import { formatSeconds } from "#reporter/durations.ts";
import { formatChosenDifference } from "#reporter/metric-values.ts";
import { formatCount, formatExact, formatPercent, plural } from "#reporter/numbers.ts";

/** One line of a list of facts; `code` where only the exact text will do. */
interface Fact {
  term: string;
  words: string;
  code?: string;
}

/** A chosen share with all the digits it was given. */
function shareWords(share: number): string {
  return `${Number((share * 100).toPrecision(6))}%`;
}

/** How much worse is acceptable: "2 pp", "10% of control's value". */
export function describeMargin(margin: Margin, definition: MetricDefinition | undefined): string {
  if (margin.kind === "relative") return `${shareWords(margin.value)} of control's value`;
  return definition
    ? formatChosenDifference(definition, margin.value).replace(/^\+/, "")
    : formatExact(margin.value);
}

/** Who takes part in an experiment. */
export function describeTaking(spec: ExperimentSpec): Fact[] {
  const { coverage, namespace, condition, allocation } = spec;
  return [
    { term: "Coverage", words: `${shareWords(coverage)} of the units take part` },
    {
      term: "Namespace",
      words: namespace
        ? `${namespace.name}, ${shareWords(namespace.range[0])} to ${shareWords(namespace.range[1])}. Shares no units with other ranges.`
        : "None. May share units with experiments on other AI configs.",
    },
    condition
      ? {
          term: "Condition",
          words: "Only units with these attributes:",
          code: JSON.stringify(condition, null, 2),
        }
      : { term: "Condition", words: "None. All units can take part." },
    {
      term: "Weights",
      words:
        allocation.type === "fixed"
          ? "Fixed"
          : `Adaptive (${allocation.algorithm === "thompson" ? "Thompson sampling" : "top-two sampling"}), updated every ${formatSeconds(allocation.phaseSeconds)}, at least ${shareWords(allocation.minimumWeight)} each`,
    },
    { term: "Seed", words: spec.seed },
  ];
}

/** What must be so for a winner to be promoted, in a sentence or two. */
export function describeRule(spec: ExperimentSpec, metricDefinitions: readonly MetricDefinition[]): string {
  const definitionOf = (key: string | undefined) =>
    metricDefinitions.find((definition) => definition.key === key);
  const nameOf = (key: string | undefined) => definitionOf(key)?.name ?? key ?? "the primary metric";
  const primary = spec.metrics.find(({ role }) => role === "primary")?.metric;
  const guardrails = spec.metrics.some(({ role }) => role === "guardrail")
    ? ", and no guardrail is harmed beyond its tolerance"
    : "";
  const confidence = formatPercent(1 - spec.alpha, spec.alpha < 0.01 ? 2 : 0);
  if (spec.release)
    return `The new version gets more units once this stage has lasted long enough, unless harm on ${nameOf(primary)} or a guardrail is proven with ${confidence} always-valid confidence. Whether it is better is not asked.`;
  switch (spec.rule.type) {
    case "superiority":
      return `A variant is promoted once it is proven better than control on ${nameOf(primary)}, with ${confidence} always-valid confidence${guardrails}.`;
    case "non_inferiority":
      return `A variant is promoted once it is proven better on ${nameOf(spec.rule.objective)} while ${nameOf(primary)} is proven to lose no more than ${describeMargin(spec.rule.margin, definitionOf(primary))}, with ${confidence} always-valid confidence${guardrails}.`;
    case "best_levels":
      return `The variant that combines the best proven level of every factor on ${nameOf(primary)} is promoted, with ${confidence} always-valid confidence${guardrails}.`;
    case "best_arm":
      return `The variant that leads on ${nameOf(primary)} is promoted once its lead is clear enough (target error rate ${shareWords(spec.rule.delta)}, tolerance ${formatExact(spec.rule.tolerance)})${guardrails}. A practical threshold, not a statistical proof.`;
  }
}

function describeCovariates({ covariates, covariateSource }: ExperimentSpec): string {
  if (covariates === "ignore") return "Ignored";
  return covariateSource === undefined ? "Used if available" : `Used, also from ${covariateSource}`;
}

function describeAdjustment({ adjustFor }: ExperimentSpec): string {
  if (!adjustFor) return "None";
  const { strata, covariates } = adjustFor;
  return [...(strata ? [`${strata.attribute} (${strata.values.join(", ")})`] : []), ...covariates].join("; ");
}

function describeKept({ properties }: ExperimentSpec): string {
  if (properties === null) return "All";
  return properties.length === 0 ? "None" : properties.join(", ");
}

function describeRelease({ promotion }: ExperimentSpec): string {
  const stages = promotion === null ? [] : stagesOf(promotion, 0);
  const words = stages.map(({ share, seconds }) => `${formatPercent(share)} for ${formatSeconds(seconds)}`);
  return words.length === 0 ? "To everybody at once" : `${words.join(", ")}, then everybody`;
}

/** What bounds an experiment in units and time. */
export function describeLimits(spec: ExperimentSpec): Fact[] {
  const { maximumUnits, maximumDurationSeconds, minimumDurationSeconds } = spec;
  return [
    {
      term: "Minimum",
      words: [
        plural(formatCount(spec.minimumUnits), "unit"),
        ...(minimumDurationSeconds > 0 ? [formatSeconds(minimumDurationSeconds)] : []),
      ].join(" and "),
    },
    {
      term: "Maximum",
      words:
        [
          ...(maximumUnits === undefined ? [] : [plural(formatCount(maximumUnits), "unit")]),
          ...(maximumDurationSeconds === undefined ? [] : [formatSeconds(maximumDurationSeconds)]),
        ].join(" or ") || "None",
    },
    ...(spec.horizon === "maximum" && spec.rule.type === "superiority"
      ? [{ term: "When a win is out of reach", words: spec.futility === "stop" ? "Stops" : "Goes on" }]
      : []),
    ...(spec.variants.length > 2 && spec.allocation.type === "fixed"
      ? [
          {
            term: "Traffic of a treatment that leaves",
            words:
              spec.freedTraffic === "reassign" ? "Goes to control and the leader" : "Gets control, uncounted",
          },
        ]
      : []),
    { term: "Planned units", words: plural(formatCount(spec.plannedUnits), "unit") },
    { term: "Error rate (alpha)", words: formatExact(spec.alpha) },
    {
      term: "Maximum events per unit",
      words: spec.maximumEventsPerUnit === null ? "None, all count" : formatCount(spec.maximumEventsPerUnit),
    },
    { term: "Analyzed every", words: formatSeconds(spec.analysisIntervalSeconds) },
    ...(spec.release ? [] : [{ term: "Release of the winner", words: describeRelease(spec) }]),
    { term: "Covariates", words: describeCovariates(spec) },
    { term: "Adjusted for attributes", words: describeAdjustment(spec) },
    { term: "Event properties kept", words: describeKept(spec) },
    { term: "Attributes kept", words: spec.attributes.join(", ") || "None" },
  ];
}
