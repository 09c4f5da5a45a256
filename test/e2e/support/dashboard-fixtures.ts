import { analyze } from "../../../src/analyzer/analyze.ts";
import { ZERO } from "../../../src/analyzer/exact-sum.ts";
import { decide } from "../../../src/decider/decide.ts";
import { judgeGuardrails } from "../../../src/guardrails/judge-guardrails.ts";
import { type AiConfig, aiConfig } from "../../../src/model/ai-config.ts";
import {
  type DecisionRecord,
  type ExperimentResults,
  experimentResults,
} from "../../../src/model/decision.ts";
import {
  completeSpec,
  type Experiment,
  type ExperimentStatus,
  experiment,
  experimentInput,
} from "../../../src/model/experiment.ts";
import type { ExperimentSummary } from "../../../src/model/listing.ts";
import { type MetricDefinition, metricDefinition } from "../../../src/model/metric.ts";
import type { ExperimentTotals, MetricMoments } from "../../../src/model/moments.ts";
import { toLatestReading, toSummary } from "../../../src/reporter/experiment-summary.ts";
import { explainDecision } from "../../../src/reporter/explain-decision.ts";

const HOUR = 3_600_000;

/** One metric in one arm, as a mean and a standard deviation over units; a proportion needs the mean only. */
export interface ArmMetric {
  mean: number;
  deviation?: number;
}

export interface Story {
  spec: Parameters<typeof experimentInput.parse>[0];
  definitions: Parameters<typeof metricDefinition.parse>[0][];
  status: ExperimentStatus;
  startedHoursAgo: number;
  units: Record<string, number>;
  metrics: Record<string, Record<string, ArmMetric>>;
  crossedOverUnits?: number;
  duplicates?: number;
  rejected?: number;
  late?: number;
}

/** Everything the API says about one experiment, computed by the real analyzer and decider. */
export interface ToldStory {
  experiment: Experiment;
  results: ExperimentResults | null;
  decisions: DecisionRecord[];
  listItem: ExperimentSummary;
  config: AiConfig;
}

function moments(definition: MetricDefinition, units: number, { mean, deviation }: ArmMetric): MetricMoments {
  const total = definition.type === "proportion" ? Math.round(mean * units) : mean * units;
  const squares =
    definition.type === "proportion" ? total : units * (mean ** 2 + (deviation ?? mean / 3) ** 2);
  return { units, y: [total, 0], d: [units, 0], yy: [squares, 0], dd: [units, 0], yd: [total, 0] };
}

function totalsOf(story: Story, definitions: readonly MetricDefinition[], share: number): ExperimentTotals {
  const variants = Object.entries(story.units).map(([variant, all]) => {
    const units = Math.round(all * share);
    const metrics = definitions.flatMap((definition) => {
      const arm = story.metrics[definition.key]?.[variant];
      return arm && units > 0 ? [[definition.key, moments(definition, units, arm)] as const] : [];
    });
    return [variant, { units, metrics: Object.fromEntries(metrics), sketches: {} }] as const;
  });
  const events = variants.reduce((sum, [, { units }]) => sum + units, 0);
  return {
    variants: Object.fromEntries(variants),
    crossedOverUnits: Math.round((story.crossedOverUnits ?? 0) * share),
    events,
    duplicates: Math.round((story.duplicates ?? 0) * share),
    rejected: Math.round((story.rejected ?? 0) * share),
    late: Math.round((story.late ?? 0) * share),
    firstExposureAt: events === 0 ? null : ZERO[0],
    lastEventAt: null,
  };
}

/** Which shares of the units had been seen at each stored look, oldest first. */
const LOOKS = [0.002, 0.004, 0.1, 0.25, 0.4, 0.6, 0.8, 0.9, 1];

/** Lets the real analyzer, guardrails, decider and reporter tell what the API would answer. */
export function tell(story: Story, now: number): ToldStory {
  const input = experimentInput.parse(story.spec);
  const definitions = story.definitions.map((definition) => metricDefinition.parse(definition));
  const spec = completeSpec(input, input.control ?? input.variants[0]?.key ?? "");
  const startedAt = now - story.startedHoursAgo * HOUR;
  const isDraft = story.status === "draft";
  const hasEnded = ["promoted", "rolled_back", "stopped"].includes(story.status);

  const look = (share: number) => {
    const takenAt = Math.round(startedAt + (now - startedAt) * share);
    const analysis = analyze({
      spec,
      definitions,
      totals: totalsOf(story, definitions, share),
      now: takenAt,
    });
    const guardrails = judgeGuardrails(spec, analysis);
    const decision = decide({ spec, analysis, guardrails, startedAt, now: takenAt });
    return {
      takenAt,
      analysis,
      guardrails,
      decision,
      summary: explainDecision({ spec, analysis, decision }),
    };
  };

  const last = look(1);
  const { action } = last.decision;
  const conclusion =
    hasEnded && (action === "promote" || action === "rollback" || action === "stop")
      ? {
          action,
          variant: action === "promote" ? (last.decision.variant ?? spec.control) : spec.control,
          reason: last.summary,
          actor: "cron",
          at: now,
        }
      : null;
  const told = experiment.parse({
    spec,
    status: story.status,
    revision: 3,
    createdAt: startedAt - HOUR,
    updatedAt: now,
    startedAt: isDraft ? null : startedAt,
    endedAt: hasEnded ? now : null,
    analysedAt: isDraft ? null : now,
    definitions: isDraft ? [] : definitions,
    periods: isDraft ? [] : [{ startedAt, weights: spec.variants.map(({ weight }) => weight) }],
    conclusion,
  });
  const results = isDraft
    ? null
    : experimentResults.parse({ experiment: spec.key, live: !hasEnded, ...last, conclusion });
  const decisions = isDraft
    ? []
    : LOOKS.map(look).map(({ takenAt, decision, summary }) => ({
        experiment: spec.key,
        takenAt,
        source: "cron" as const,
        decision,
        summary,
      }));
  return {
    experiment: told,
    results,
    decisions: decisions.toReversed(),
    listItem: toSummary(told, isDraft ? null : toLatestReading(last, last.summary)),
    config: aiConfig.parse({
      key: spec.config,
      name: "Support answers",
      description: "",
      liveVersion: 1,
      createdAt: startedAt,
      updatedAt: startedAt,
    }),
  };
}
