import type { IconName } from "#dashboard/ui/icon.tsx";
import type { ExperimentKind } from "#model/experiment/experiment.ts";
import { type ExperimentDraft, emptyDraft, type MetricDraft, newVariant } from "./experiment-draft.ts";
import { equalWeights } from "./weights.ts";

/** A question that people ask, with an experiment that answers it. */
export interface Template {
  id: string;
  question: string;
  /** What the experiment does about it, in one line. */
  answer: string;
  icon: IconName;
  kind: ExperimentKind;
  key: string;
  hypothesis: string;
  /** The variants' keys, control first. */
  variants: readonly string[];
  metrics: readonly MetricDraft[];
  rule?: Partial<ExperimentDraft["rule"]>;
  adaptive?: boolean;
}

const primary = (metric: string): MetricDraft => ({
  metric,
  role: "primary",
  marginKind: "absolute",
  margin: "",
});
const secondary = (metric: string): MetricDraft => ({ ...primary(metric), role: "secondary" });
const guardrail = (metric: string, marginKind: MetricDraft["marginKind"], margin: string): MetricDraft => ({
  metric,
  role: "guardrail",
  marginKind,
  margin,
});

/** A treatment that loses the users it fails looks good by everybody else's outcomes. */
const UNHEARD = guardrail("no_outcome", "absolute", "2");

/** The questions that the form starts from: one for each kind of experiment, then those about other goals. */
export const templates: readonly Template[] = [
  {
    id: "shorter-prompt",
    question: "Is a shorter prompt good enough?",
    answer: "Promotes the shorter prompt if it saves input tokens without lowering task success.",
    icon: "dash",
    kind: "prompt",
    key: "shorter-prompt",
    hypothesis: "A shorter prompt solves as many tasks and needs fewer input tokens.",
    variants: ["long", "short"],
    metrics: [
      primary("task_success"),
      secondary("input_tokens"),
      secondary("cost_usd"),
      guardrail("hallucination", "absolute", "1"),
      UNHEARD,
    ],
    rule: { type: "non_inferiority", marginKind: "absolute", margin: "2", objective: "input_tokens" },
  },
  {
    id: "better-model",
    question: "Which model is better?",
    answer: "Promotes the model that solves more tasks, unless it is much slower or more expensive.",
    icon: "trophy",
    kind: "model",
    key: "better-model",
    hypothesis: "The other model solves more tasks at an acceptable cost.",
    variants: ["current", "challenger"],
    metrics: [
      primary("task_success"),
      secondary("user_satisfaction"),
      guardrail("cost_usd", "relative", "20"),
      guardrail("latency_ms", "relative", "20"),
      UNHEARD,
    ],
  },
  {
    id: "lower-temperature",
    question: "Does a lower temperature help?",
    answer: "Promotes the temperature that solves more tasks without more errors.",
    icon: "sliders",
    kind: "parameters",
    key: "lower-temperature",
    hypothesis: "Answers at a lower temperature are right more often.",
    variants: ["current", "cooler"],
    metrics: [
      primary("task_success"),
      secondary("hallucination"),
      secondary("user_satisfaction"),
      guardrail("error", "absolute", "1"),
      UNHEARD,
    ],
  },
  {
    id: "other-tone",
    question: "Does a different tone increase satisfaction?",
    answer: "Promotes the system prompt that users rate higher, unless refusals or toxicity increase.",
    icon: "question",
    kind: "system_prompt",
    key: "other-tone",
    hypothesis: "Users are more satisfied with the new tone.",
    variants: ["plain", "friendly"],
    metrics: [
      primary("user_satisfaction"),
      secondary("task_success"),
      guardrail("refusal", "absolute", "1"),
      guardrail("toxic", "absolute", "0.5"),
      UNHEARD,
    ],
  },
  {
    id: "more-passages",
    question: "Does retrieving more passages help?",
    answer: "Promotes more context if hallucinations drop and answers do not slow down.",
    icon: "search",
    kind: "context",
    key: "more-passages",
    hypothesis: "With more passages, answers contradict their sources less often.",
    variants: ["few", "more"],
    metrics: [
      primary("hallucination"),
      secondary("task_success"),
      secondary("cost_usd"),
      guardrail("latency_ms", "relative", "10"),
      UNHEARD,
    ],
  },
  {
    id: "cheaper",
    question: "Is it cheaper without losing quality?",
    answer: "Promotes the cheaper model if success drops by less than 2 percentage points.",
    icon: "down",
    kind: "model",
    key: "cheaper-model",
    hypothesis: "The cheaper model solves about as many tasks.",
    variants: ["current", "cheaper"],
    metrics: [
      primary("task_success"),
      secondary("cost_usd"),
      guardrail("error", "absolute", "1"),
      guardrail("hallucination", "absolute", "1"),
      UNHEARD,
    ],
    rule: { type: "non_inferiority", marginKind: "absolute", margin: "2", objective: "cost_usd" },
  },
  {
    id: "faster",
    question: "Is it faster without losing quality?",
    answer: "Promotes the faster settings if success drops by less than 2 percentage points.",
    icon: "clock",
    kind: "parameters",
    key: "faster-answers",
    hypothesis: "Shorter answers arrive faster and help just as much.",
    variants: ["current", "faster"],
    metrics: [primary("task_success"), secondary("latency_ms"), guardrail("error", "absolute", "1"), UNHEARD],
    rule: { type: "non_inferiority", marginKind: "absolute", margin: "2", objective: "latency_ms" },
  },
  {
    id: "best-of-several",
    question: "Which of several prompts is best?",
    answer: "Shifts traffic to the leading prompts until one is clearly ahead.",
    icon: "branch",
    kind: "prompt",
    key: "best-prompt",
    hypothesis: "One of these prompts solves more tasks than the others.",
    variants: ["current", "prompt-b", "prompt-c"],
    metrics: [primary("task_success"), secondary("cost_usd"), guardrail("error", "absolute", "2"), UNHEARD],
    rule: { type: "best_arm" },
    adaptive: true,
  },
];

/**
 * The form filled in for a question. What is already known of the AI config stays.
 * @param knownMetrics metrics that this installation does not have are left out
 */
export function applyTemplate(
  template: Template,
  before: ExperimentDraft,
  knownMetrics: ReadonlySet<string>,
): ExperimentDraft {
  const blank = emptyDraft();
  const weights = equalWeights(template.variants.length);
  const variants = template.variants.map((key, index) => ({
    ...newVariant(key, index === 0 ? "existing" : "new"),
    weight: weights[index] ?? 0,
  }));
  return {
    ...blank,
    template: template.id,
    key: before.keyIsOwn ? before.key : template.key,
    keyIsOwn: before.keyIsOwn,
    name: template.question,
    hypothesis: template.hypothesis,
    kind: template.kind,
    config: before.config,
    variants,
    control: variants[0]?.id ?? "",
    metrics: template.metrics
      .filter(({ metric }) => knownMetrics.has(metric))
      .map((metric) => ({ ...metric })),
    rule: { ...blank.rule, ...template.rule },
    maximumUnits: "20000",
    maximumDuration: { amount: "28", unit: "days" },
    allocation: template.adaptive ? { ...blank.allocation, type: "adaptive" } : blank.allocation,
  };
}
