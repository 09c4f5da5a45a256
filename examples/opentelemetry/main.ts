/**
 * An app that is traced with OpenTelemetry and runs an experiment: it asks Bakeoff for each user's variant, calls a model,
 * judges the answer, and sends spans and log records nowhere but to Bakeoff's OTLP intake. README.md says how to run it.
 */
import { DiagConsoleLogger, DiagLogLevel, diag, ROOT_CONTEXT, SpanKind, trace } from "@opentelemetry/api";
import { OTLPLogExporter } from "@opentelemetry/exporter-logs-otlp-http";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { BatchLogRecordProcessor, LoggerProvider } from "@opentelemetry/sdk-logs";
import { BatchSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { BakeoffLogProcessor, BakeoffSpanProcessor, withArm } from "./bakeoff-baggage.ts";

const {
  BAKEOFF_URL = "http://127.0.0.1:8788",
  BAKEOFF_KEY = "",
  BAKEOFF_CONFIG = "example-answer",
} = process.env;
const USERS = Number(process.env.USERS ?? 20);

// What Bakeoff left aside or rejected comes back as a warning.
diag.setLogger(new DiagConsoleLogger(), { logLevel: DiagLogLevel.WARN });

const intake = (signal: "traces" | "logs") => ({
  url: `${BAKEOFF_URL}/v1/otlp/v1/${signal}`,
  headers: { authorization: `Bearer ${BAKEOFF_KEY}` },
});
const tracers = new TracerProvider({
  spanProcessors: [
    new BakeoffSpanProcessor(),
    new BatchSpanProcessor({ exporter: new OTLPTraceExporter(intake("traces")) }),
  ],
});
const loggers = new LoggerProvider({
  processors: [
    new BakeoffLogProcessor(),
    new BatchLogRecordProcessor({ exporter: new OTLPLogExporter(intake("logs")) }),
  ],
});
const tracer = tracers.getTracer("support");
const logger = loggers.getLogger("judge");

interface Assignment {
  value: { model: string };
  experiment: string | null;
  variant: string | null;
}

async function assign(unit: string): Promise<Assignment> {
  const response = await fetch(`${BAKEOFF_URL}/v1/assign`, {
    method: "POST",
    headers: { authorization: `Bearer ${BAKEOFF_KEY}`, "content-type": "application/json" },
    body: JSON.stringify({ config: BAKEOFF_CONFIG, unit }),
  });
  if (!response.ok) throw new Error(`Bakeoff answers ${response.status}: ${await response.text()}`);
  return response.json();
}

/** Stands for a call of a model. */
async function callModel(model: string, question: string) {
  await new Promise((resolve) => setTimeout(resolve, 5));
  return { text: `${model} on ${question}`, inputTokens: question.length, outputTokens: model.length };
}

let counted = 0;
for (let user = 0; user < USERS; user++) {
  const unit = `user-${user}`;
  const { value, experiment, variant } = await assign(unit);
  const context = experiment && variant ? withArm(ROOT_CONTEXT, { experiment, variant, unit }) : ROOT_CONTEXT;
  const span = tracer.startSpan(
    `chat ${value.model}`,
    {
      kind: SpanKind.CLIENT,
      attributes: { "gen_ai.operation.name": "chat", "gen_ai.request.model": value.model },
    },
    context,
  );
  const answer = await callModel(value.model, "Where is my parcel?");
  span.setAttributes({
    "gen_ai.usage.input_tokens": answer.inputTokens,
    "gen_ai.usage.output_tokens": answer.outputTokens,
  });
  span.end();
  logger.emit({
    eventName: "gen_ai.evaluation.result",
    attributes: {
      "gen_ai.evaluation.name": "task_success",
      "gen_ai.evaluation.score.label": answer.text.includes("parcel") ? "pass" : "fail",
    },
    context: trace.setSpan(context, span),
  });
  if (experiment) counted += 1;
}
await Promise.all([tracers.shutdown(), loggers.shutdown()]);
console.log(`${counted} of ${USERS} users are in an experiment; their calls and scores are with Bakeoff.`);
