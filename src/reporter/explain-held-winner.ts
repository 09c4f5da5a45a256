import type { GuardrailResult, MetricAnalysis } from "#model/analysis/analysis.ts";
import type { DecisionRuleName, Facts } from "#model/analysis/decision.ts";
import { improvementSign } from "#model/metric/direction.ts";
import { comparisonOf, type DecisionContext, describeDifference, nameWithin } from "./describe-effects.ts";
import { formatSeconds } from "./durations.ts";
import { countOf, numberOf } from "./facts.ts";
import {
  formatDifference,
  formatInterval,
  formatRelative,
  formatRelativeInterval,
  formatSize,
} from "./metric-values.ts";
import { formatCount, formatExact } from "./numbers.ts";

interface JudgedGuardrail {
  guardrail: GuardrailResult;
  metric: MetricAnalysis;
  harm: number;
  tolerated: number;
}

/** The guardrail that holds a winner, where it could be judged. */
function findJudged({ guardrails, analysis }: DecisionContext, facts: Facts): JudgedGuardrail | undefined {
  const guardrail = guardrails.find(
    (candidate) => candidate.metric === facts.metric && candidate.variant === facts.winner,
  );
  const metric = analysis.metrics.find((candidate) => candidate.metric === facts.metric);
  if (!guardrail || !metric || guardrail.reason !== null) return undefined;
  const { harm, tolerated } = guardrail;
  return harm === null || tolerated === null ? undefined : { guardrail, metric, harm, tolerated };
}

/** "+7.0%, between −6.0% and +21%" as the metric goes, and what of it is tolerated: by the bounds that judge the guardrail. */
function describeBounds({ guardrail, metric, harm, tolerated }: JudgedGuardrail): {
  change: string;
  limit: string;
} {
  const { margin, excess } = guardrail;
  const { definition } = metric;
  const sign = -improvementSign(definition);
  const isRelative = margin.kind === "relative" && tolerated > 0;
  const scale = isRelative ? (sign * margin.value) / tolerated : sign;
  const toChange = (bound: number | null) => (bound === null ? null : scale * (tolerated + bound));
  const ends = [toChange(excess.lower), toChange(excess.upper)] as const;
  const [lower, upper] = sign > 0 ? ends : [ends[1], ends[0]];
  const difference = comparisonOf(metric, guardrail.variant)?.difference;
  const precision = difference?.status === "ok" ? difference.standardError : 0;
  const [estimate, interval] = isRelative
    ? [formatRelative(scale * harm), formatRelativeInterval({ lower, upper })]
    : [
        formatDifference(definition, scale * harm, precision),
        formatInterval(definition, { lower, upper }, precision),
      ];
  return {
    change: `${estimate}, between ${interval.replace(" to ", " and ")}`,
    limit: isRelative
      ? `${formatExact(Number((100 * margin.value).toPrecision(6)))}%`
      : formatSize(definition, tolerated, null),
  };
}

/** Why a guardrail has too few units: they may still be within its conversion window. */
function describeMissing(facts: Facts): string {
  if (!facts.waitingUnits) return "too few units have this metric";
  return `${countOf(facts, "waitingUnits")} more are within its window of ${formatSeconds(numberOf(facts, "windowSeconds"))}`;
}

function decidingKey({ spec }: DecisionContext): string {
  const primary = spec.metrics.find(({ role }) => role === "primary")?.metric ?? "";
  return spec.rule.type === "non_inferiority" ? spec.rule.objective : primary;
}

function describeWinner(context: DecisionContext, facts: Facts): string {
  const winner = String(facts.winner);
  return `'${winner}' is proven better: ${describeDifference(context, decidingKey(context), winner)}`;
}

/** What a proven winner is waiting for. */
export function explainWaiting(context: DecisionContext): string {
  const { facts } = context.decision.reason;
  const name = nameWithin(context, String(facts.metric));
  const judged = findJudged(context, facts);
  const units = `${countOf(facts, "units")} units so far`;
  if (!judged) {
    const wanted = facts.cause === "insufficient_data" ? describeMissing(facts) : "it cannot be computed yet";
    return `Waiting: '${String(facts.winner)}' is proven better, but the guardrail ${name} is not proven safe yet (${units}; ${wanted}).`;
  }
  const { change, limit } = describeBounds(judged);
  const wanted =
    typeof facts.unitsUntilSafe === "number"
      ? `expected to be safe at about ${formatCount(facts.unitsUntilSafe)} units`
      : "not expected to become safe as it stands";
  return `Waiting: ${describeWinner(context, facts)}, but its harm to the guardrail ${name} is not proven to stay within ${limit} yet: ${change} (${units}; ${wanted}).`;
}

function describeHeldByGuardrail(context: DecisionContext, facts: Facts): string {
  const name = nameWithin(context, String(facts.metric));
  const judged = findJudged(context, facts);
  const winner = describeWinner(context, facts);
  if (!judged) return `${winner}, but the guardrail ${name} could not be judged: ${describeMissing(facts)}.`;
  const { change, limit } = describeBounds(judged);
  const more =
    typeof facts.unitsUntilSafe === "number"
      ? `With this harm about ${formatCount(facts.unitsUntilSafe)} units would have shown it, and there were ${countOf(facts, "units")}.`
      : "With this harm more units would not have shown it.";
  return `${winner}, but its harm to the guardrail ${name} could not be shown to stay within ${limit}: ${change}. ${more}`;
}

/**
 * Which proven winner an experiment ends without, and what held it: "'treatment' is proven better: …, but …." Undefined
 * where there is none.
 */
export function describeHeldWinner(context: DecisionContext): string | undefined {
  const factsOf = (rule: DecisionRuleName) =>
    context.decision.evidence.find((entry) => entry.rule === rule && entry.applies)?.facts;
  const guardrail = factsOf("guardrail_unclear");
  if (guardrail) return describeHeldByGuardrail(context, guardrail);
  const split = factsOf("split_not_settled");
  if (split) return `${describeWinner(context, split)}, but the split is not settled.`;
  const reporting = factsOf("reporting_differs");
  if (reporting)
    return `${describeWinner(context, reporting)}, but its units do not report like those of '${context.spec.control}'.`;
  return undefined;
}
