import { completeLimits } from "#model/experiment/defaults.ts";
import type { ExperimentInput } from "#model/experiment/experiment.ts";
import { improvementSign } from "#model/metric/direction.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import { stagesOf } from "#model/release/promotion-plan.ts";
import { formatChosenDifference } from "#reporter/metric-values.ts";
import { formatCount, plural } from "#reporter/numbers.ts";
import { toDurationDraft } from "./quantities.ts";

/** A chosen share with the digits it has: "33.33%". */
function formatShare(share: number): string {
  return `${new Intl.NumberFormat("en", { maximumFractionDigits: 4 }).format(share * 100)}%`;
}

function join(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join("");
  return `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}

/** A chosen time span in the largest unit that is whole: "3 days", "90 minutes". */
function seconds(value: number): string {
  const { amount, unit } = toDurationDraft(value, "minutes");
  return amount === "1" ? `1 ${unit.slice(0, -1)}` : `${amount} ${unit}`;
}

type FindMetric = (key: string) => MetricDefinition | undefined;
type Margin = { kind: "absolute" | "relative"; value: number };

function nameOf(key: string, findMetric: FindMetric): string {
  return findMetric(key)?.name ?? key;
}

/** How much worse a metric may get: "at most +1 pp", "at most −5%". */
function formatHarm(margin: Margin, metric: MetricDefinition | undefined): string {
  const signed = (metric ? -improvementSign(metric) : -1) * margin.value;
  if (margin.kind === "relative") return `${signed < 0 ? "−" : "+"}${formatShare(margin.value)}`;
  return metric ? formatChosenDifference(metric, signed) : String(signed);
}

function describeTraffic(input: ExperimentInput): string {
  const control = input.control ?? "the live version";
  const share = (key: string) =>
    formatShare(input.variants.find((variant) => variant.key === key)?.weight ?? 0);
  const treatments = input.variants.filter(({ key }) => key !== control);
  const against = join(treatments.map(({ key }) => `‘${key}’ (${share(key)})`));
  const who = input.condition ? "users who match the targeting condition" : "all users";
  const whole = input.coverage === 1 ? `All traffic` : `${formatShare(input.coverage)} of the traffic`;
  const apart = input.namespace
    ? ` It uses its own range of the namespace ‘${input.namespace.name}’ and shares no units with other experiments there.`
    : "";
  const moving =
    input.allocation.type === "adaptive"
      ? ` Weights adapt every ${seconds(input.allocation.phaseSeconds)}, to at least ${formatShare(input.allocation.minimumWeight)}.`
      : "";
  return `${whole} of ${input.config}, for ${who}: ${against} vs. control ‘${control}’ (${share(control)}).${moving}${apart}`;
}

function describeMetrics(input: ExperimentInput, findMetric: FindMetric): string {
  const primary = input.metrics.find(({ role }) => role === "primary")?.metric ?? "";
  const guardrails = input.metrics.flatMap(({ metric, role, margin }) =>
    role === "guardrail" && margin
      ? [`${nameOf(metric, findMetric)} at most ${formatHarm(margin, findMetric(metric))}`]
      : [],
  );
  const primarySentence = `The primary metric is ${nameOf(primary, findMetric)}`;
  if (guardrails.length === 0) return `${primarySentence}. There are no guardrails.`;
  return `${primarySentence}. Guardrails: ${join(guardrails)}; proven harm beyond that is rolled back immediately.`;
}

function describeRule(input: ExperimentInput, findMetric: FindMetric): string {
  const primaryKey = input.metrics.find(({ role }) => role === "primary")?.metric ?? "";
  const primary = findMetric(primaryKey);
  const name = nameOf(primaryKey, findMetric);
  switch (input.rule.type) {
    case "superiority":
      return `Promotes the first variant that is proven better on ${name}.`;
    case "non_inferiority":
      return `Promotes a variant that is proven better on ${nameOf(input.rule.objective, findMetric)} and at most ${formatHarm(input.rule.margin, primary).replace(/^[+−]/, "")} worse on ${name}.`;
    case "best_levels":
      return `Promotes the variant that combines the best proven level of every factor on ${name}.`;
    case "best_arm":
      return `Promotes the variant with a clear lead on ${name}, at a target error rate of ${formatShare(input.rule.delta)}.`;
  }
}

function describeLimits(input: ExperimentInput): string {
  const { minimumUnits, minimumDurationSeconds } = completeLimits(input);
  const minimum = [
    plural(formatCount(minimumUnits), "unit"),
    ...(minimumDurationSeconds > 0 ? [seconds(minimumDurationSeconds)] : []),
  ];
  const maximum = [
    ...(input.maximumUnits === undefined ? [] : [plural(formatCount(input.maximumUnits), "unit")]),
    ...(input.maximumDurationSeconds === undefined ? [] : [seconds(input.maximumDurationSeconds)]),
  ];
  const start = `No decision before ${join(minimum)}`;
  if (maximum.length === 0) return `${start}. No maximum: without a winner it runs until you stop it.`;
  return `${start}. Without a winner it ends after ${maximum.join(" or ")}, and the live version is unchanged.`;
}

function describeRelease({ promotion }: ExperimentInput): string {
  if (promotion === null) return "The winner goes to everybody at once.";
  const stages = stagesOf(promotion, 0);
  if (stages.length === 0) return "The winner goes to everybody at once.";
  const steps = stages.map(({ share, seconds: length }) => `${formatShare(share)} for ${seconds(length)}`);
  return `The winner goes to ${steps.join(", then ")}, and then to everybody; harm in any stage returns all units to the version before.`;
}

/** What will happen, in plain sentences: who takes part, what counts, what is promoted, and when it ends. */
export function describeExperiment(input: ExperimentInput, findMetric: FindMetric): string[] {
  return [
    describeTraffic(input),
    describeMetrics(input, findMetric),
    describeRule(input, findMetric),
    describeRelease(input),
    describeLimits(input),
  ];
}
