import type { Choice } from "./choice.ts";
import { NAMES } from "./sample.ts";

const attribute = (key: string, value: string | number) => ({
  key,
  value: typeof value === "string" ? { stringValue: value } : { doubleValue: value },
});

const identifier = (digits: number, choice: Choice) =>
  (1 + choice.below(20)).toString(16).padStart(digits, "0");

/** An OTLP request in its JSON mapping, with model calls, flag evaluations and scores in it. */
export function sampleTelemetry(path: string, choice: Choice): unknown {
  const attributes = [
    attribute("gen_ai.operation.name", "chat"),
    attribute("gen_ai.request.model", choice.from(NAMES)),
    attribute("gen_ai.usage.input_tokens", choice.below(1_000)),
    attribute("bakeoff.experiment", choice.from(NAMES)),
    attribute("bakeoff.unit", choice.from(NAMES)),
    attribute("bakeoff.variant", choice.from(NAMES)),
    attribute("gen_ai.evaluation.name", "task_success"),
    attribute("gen_ai.evaluation.score.value", choice.below(2)),
    attribute("feature_flag.key", choice.from(NAMES)),
    attribute("feature_flag.result.variant", choice.from(NAMES)),
    attribute("feature_flag.context.id", choice.from(NAMES)),
  ].filter(() => choice.happens(0.8));
  const time = String(Date.now() * 1_000_000);
  const event = choice.from(["gen_ai.evaluation.result", "feature_flag.evaluation", "gen_ai.content.chunk"]);
  const identifiers = { traceId: identifier(32, choice), spanId: identifier(16, choice) };
  if (path.endsWith("logs")) {
    const record = { ...identifiers, eventName: event, timeUnixNano: time, attributes };
    return { resourceLogs: [{ resource: { attributes: [] }, scopeLogs: [{ logRecords: [record] }] }] };
  }
  const span = {
    ...identifiers,
    ...(choice.happens(0.5) && { parentSpanId: identifier(16, choice) }),
    name: "chat",
    startTimeUnixNano: time,
    endTimeUnixNano: time,
    status: { code: choice.below(4) },
    attributes,
    events: [{ name: event, timeUnixNano: time, attributes }],
  };
  return { resourceSpans: [{ resource: { attributes: [] }, scopeSpans: [{ spans: [span] }] }] };
}
