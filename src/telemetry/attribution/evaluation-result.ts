import { metricKeySchema } from "#model/identifiers.ts";
import { failure, ok, type Result } from "#shared/result.ts";
import { type Attributes, type AttributeValue, firstOf, textOf } from "../otlp/attributes.ts";
import { NAMES } from "../otlp/names.ts";
import { type AttributionContext, definitionFor, type KnownExperiment } from "./experiments.ts";

const METRIC_LIKE = /^[A-Za-z][A-Za-z0-9 ._-]*$/;

const PASSED = new Set(["pass", "passed"]);
const FAILED = new Set(["fail", "failed"]);

/** A name as a metric's key: `Answer Relevance` and `answerRelevance` are `answer_relevance`. */
function toMetricKey(name: string): string | undefined {
  if (!METRIC_LIKE.test(name)) return undefined;
  const snake = name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/[ ._-]+/g, "_")
    .toLowerCase();
  const parsed = metricKeySchema.safeParse(snake);
  return parsed.success ? parsed.data : undefined;
}

/** To pass is to be at the metric's good end, which for a rate of errors is 0. */
function readLabel(
  label: string,
  metric: string,
  experiment: KnownExperiment,
  attributionContext: AttributionContext,
): number | undefined {
  const text = label.toLowerCase();
  if (!PASSED.has(text) && !FAILED.has(text)) return undefined;
  const definition = definitionFor(experiment, attributionContext)(metric);
  const good = definition?.direction === "decrease" ? 0 : 1;
  return PASSED.has(text) ? good : 1 - good;
}

function numberOf(value: AttributeValue): number | undefined {
  return typeof value === "string" ? undefined : Number(value);
}

/** Reads the event `gen_ai.evaluation.result` as the value of a metric. */
export function readEvaluation(
  attributes: Attributes,
  experiment: KnownExperiment,
  attributionContext: AttributionContext,
): Result<{ metric: string; value: number }, string> {
  const name = textOf(attributes, NAMES.evaluationName);
  if (name === undefined) return failure("gen_ai.evaluation.name is missing");
  const metric = toMetricKey(name);
  if (metric === undefined) return failure("gen_ai.evaluation.name makes no metric's key");
  const score = firstOf(attributes, NAMES.scoreValue);
  const value =
    score === undefined
      ? readLabel(textOf(attributes, NAMES.scoreLabel) ?? "", metric, experiment, attributionContext)
      : numberOf(score);
  if (value === undefined) return failure("the evaluation has neither a score nor pass or fail");
  return ok({ metric, value });
}
