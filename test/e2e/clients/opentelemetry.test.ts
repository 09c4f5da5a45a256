import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { type Attributes, type Context, diag, ROOT_CONTEXT, SpanStatusCode, trace } from "@opentelemetry/api";
import { OTLPLogExporter as JsonLogExporter } from "@opentelemetry/exporter-logs-otlp-http";
import { OTLPLogExporter as ProtobufLogExporter } from "@opentelemetry/exporter-logs-otlp-proto";
import { OTLPTraceExporter as JsonTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as ProtobufTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { BatchLogRecordProcessor, LoggerProvider } from "@opentelemetry/sdk-logs";
import {
  BatchSpanProcessor,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  type SpanExporter,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { getResults } from "#contract/results.ts";
import { createConfig } from "#test/e2e/support/create-config.ts";
import { createKey } from "#test/e2e/support/create-key.ts";
import { documentedCode } from "#test/e2e/support/documented-code.ts";
import { startExperiment } from "#test/e2e/support/served-experiment.ts";
import { TestServer } from "#test/e2e/support/server.ts";
import { PATIENCE_MILLISECONDS, untilItWorks } from "#test/e2e/support/server-patience.ts";
import { unitWith } from "#test/support/assigned-units.ts";
import {
  BakeoffLogProcessor,
  BakeoffSpanProcessor,
  withArm,
} from "../../../examples/opentelemetry/bakeoff-baggage.ts";

const EXAMPLE = resolve(import.meta.dirname, "../../../examples/opentelemetry");

const EXPORTERS = {
  JSON: { Traces: JsonTraceExporter, Logs: JsonLogExporter },
  protobuf: { Traces: ProtobufTraceExporter, Logs: ProtobufLogExporter },
};

let server: TestServer;
let secret: string;
let warnings: string[];

beforeAll(async () => {
  process.env.OTEL_EXPORTER_OTLP_COMPRESSION = "gzip";
  process.env.BAKEOFF_PRICES = JSON.stringify({
    "model-1": { input: 1, output: 2 },
    "model-2": { input: 1, output: 2 },
  });
  server = await TestServer.start();
  secret = await createKey(server.admin, "client");
});

beforeEach(() => {
  warnings = [];
  const ignore = () => undefined;
  const collect = (...parts: unknown[]) => void warnings.push(parts.join(" "));
  diag.setLogger(
    { verbose: ignore, debug: ignore, info: ignore, warn: collect, error: collect },
    { suppressOverrideMessage: true },
  );
});

afterAll(async () => {
  diag.disable();
  delete process.env.OTEL_EXPORTER_OTLP_COMPRESSION;
  delete process.env.BAKEOFF_PRICES;
});

const unitOf = (label: string, key: string, variant: string) =>
  unitWith(label, [{ key, weights: { "arm-1": 0.5, "arm-2": 0.5 } }, variant]);

async function experimentOn(config: string): Promise<string> {
  await createConfig(server.admin, config, 2);
  const metrics = ["task_success", "latency_ms", "input_tokens", "cost_usd", "error"].map(
    (metric, index) => ({
      metric,
      role: index === 0 ? "primary" : "secondary",
    }),
  );
  await startExperiment(server.admin, config, `${config}-test`, [0.5, 0.5], { metrics });
  return `${config}-test`;
}

function telemetry(encoding: keyof typeof EXPORTERS) {
  const { Traces, Logs } = EXPORTERS[encoding];
  const configure = (signal: string) => ({
    url: `${server.api}/v1/otlp/v1/${signal}`,
    headers: { authorization: `Bearer ${secret}` },
  });
  const kept = new InMemorySpanExporter();
  const exporter: SpanExporter = new Traces(configure("traces"));
  const tracers = new TracerProvider({
    spanProcessors: [
      new BakeoffSpanProcessor(),
      new SimpleSpanProcessor({ exporter: kept }),
      new BatchSpanProcessor({ exporter }),
    ],
  });
  const loggers = new LoggerProvider({
    processors: [
      new BakeoffLogProcessor(),
      new BatchLogRecordProcessor({ exporter: new Logs(configure("logs")) }),
    ],
  });
  return {
    kept,
    exporter,
    tracer: tracers.getTracer("app"),
    logger: loggers.getLogger("app"),
    flush: () => Promise.all([tracers.forceFlush(), loggers.forceFlush()]),
  };
}

function exportAgain(exporter: SpanExporter, spans: ReadableSpan[]): Promise<number> {
  return new Promise((resolve) => exporter.export(spans, ({ code }) => resolve(code)));
}

async function analysisOf(experiment: string) {
  const { analysis } = await server.admin.call(getResults, { params: { key: experiment } });
  const estimate = (metric: string, variant: string) =>
    analysis.metrics
      .find((one) => one.metric === metric)
      ?.variants.find(({ variant: key }) => key === variant);
  return { analysis, estimate };
}

describe.each(["JSON", "protobuf"] as const)("OpenTelemetry's SDK sending packed %s", (encoding) => {
  it("measures an experiment: calls and scores are outcomes, and sending again is harmless", async () => {
    const experiment = await experimentOn(`calls-${encoding}`);
    const { kept, exporter, tracer, logger, flush } = telemetry(encoding);
    for (let index = 0; index < 40; index++) {
      const variant = index % 2 === 0 ? "arm-1" : "arm-2";
      const unit = unitOf(`user-${index}`, experiment, variant);
      const context = withArm(ROOT_CONTEXT, { experiment, variant, unit });
      const start = Date.now();
      const attributes = {
        "gen_ai.operation.name": "chat",
        "gen_ai.request.model": variant === "arm-1" ? "model-1" : "unpriced",
        "gen_ai.usage.input_tokens": variant === "arm-1" ? 100 : 300,
        "gen_ai.usage.output_tokens": 50,
        "gen_ai.input.messages": "nobody's business",
      };
      const span = tracer.startSpan("chat", { startTime: start, attributes }, context);
      if (index % 4 === 0) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end(start + 120);
      logger.emit({
        eventName: "gen_ai.evaluation.result",
        attributes: { "gen_ai.evaluation.name": "TaskSuccess", "gen_ai.evaluation.score.value": index % 2 },
        context: trace.setSpan(context, span),
      });
    }
    await flush();
    expect(warnings).toEqual([
      expect.stringContaining(
        "No price is known for 'unpriced': cost_usd is that of the model asked for, or left out.",
      ),
    ]);
    expect(await exportAgain(exporter, kept.getFinishedSpans())).toBe(0);
    await untilItWorks(async () => {
      const { analysis, estimate } = await analysisOf(experiment);
      expect(analysis).toMatchObject({ events: 80, duplicates: 40, units: 40 });
      expect(estimate("task_success", "arm-1")?.estimate).toBe(0);
      expect(estimate("task_success", "arm-2")?.estimate).toBe(1);
      expect(estimate("latency_ms", "arm-1")?.estimate).toBeCloseTo(120, 6);
      expect(estimate("input_tokens", "arm-2")?.estimate).toBe(300);
      expect(estimate("error", "arm-1")?.estimate).toBe(0.5);
      expect(estimate("cost_usd", "arm-1")?.estimate).toBeCloseTo(0.0002, 12);
      expect(estimate("cost_usd", "arm-2")?.observations).toBe(0);
    }, PATIENCE_MILLISECONDS);
  });

  it("loses a number that is none and not the failure of its call, and is told so", async () => {
    const experiment = await experimentOn(`numbers-${encoding}`);
    const { tracer, flush } = telemetry(encoding);
    const context = withArm(ROOT_CONTEXT, {
      experiment,
      variant: "arm-1",
      unit: unitOf("ann", experiment, "arm-1"),
    });
    const span = tracer.startSpan("chat", { attributes: { "gen_ai.operation.name": "chat" } }, context);
    span.setAttribute("gen_ai.usage.input_tokens", Number.NaN);
    span.setAttribute("gen_ai.usage.output_tokens", Number.POSITIVE_INFINITY);
    span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
    const rounded = withArm(ROOT_CONTEXT, { experiment, variant: "arm-1", unit: "" });
    const attributes = {
      "gen_ai.operation.name": "chat",
      "bakeoff.unit_attribute": "user.id",
      "user.id": Number("1234567890123456789"),
    };
    tracer.startSpan("chat", { attributes }, rounded).end();
    await flush();
    await untilItWorks(async () => {
      const { analysis, estimate } = await analysisOf(experiment);
      expect(analysis).toMatchObject({ events: 1, units: 1 });
      expect(estimate("error", "arm-1")?.estimate).toBe(1);
      expect(estimate("input_tokens", "arm-1")?.observations).toBe(0);
    }, PATIENCE_MILLISECONDS);
    expect(warnings).toEqual([expect.stringContaining("Of 2 spans rejected")]);
    for (const why of [
      "gen_ai.usage.input_tokens is no number",
      "gen_ai.usage.output_tokens is no number",
      "user.id is a number too large to be exact",
    ]) {
      expect(warnings[0]).toContain(why);
    }
  });

  it("reports exposures, and is told of spans that belong to no experiment", async () => {
    const config = `flags-${encoding}`;
    const experiment = await experimentOn(config);
    const { tracer, logger, flush } = telemetry(encoding);
    const evaluated = (unit: string): Attributes => ({
      "feature_flag.key": config,
      "feature_flag.result.variant": "arm-2",
      "feature_flag.context.id": unit,
    });
    const root = tracer.startSpan("request", {}, ROOT_CONTEXT);
    root.addEvent("feature_flag.evaluation", evaluated(unitOf("ann", experiment, "arm-2")));
    const within: Context = trace.setSpan(ROOT_CONTEXT, root);
    tracer.startSpan("chat", { attributes: { "gen_ai.operation.name": "chat" } }, within).end();
    tracer.startSpan("GET /", {}, within).end();
    root.end();
    tracer.startSpan("chat", { attributes: { "gen_ai.operation.name": "chat" } }, ROOT_CONTEXT).end();
    logger.emit({
      eventName: "feature_flag.evaluation",
      attributes: evaluated(unitOf("bob", experiment, "arm-2")),
    });
    await flush();
    await untilItWorks(async () => {
      expect((await analysisOf(experiment)).analysis).toMatchObject({ units: 2, events: 1 });
    }, PATIENCE_MILLISECONDS);
    expect(warnings).toEqual([expect.stringContaining("Of 4 spans left aside")]);
    expect(warnings[0]).toContain("1 name no running experiment");
    expect(warnings[0]).toContain('"rejectedSpans":0');
  });
});

describe("the example", () => {
  it("runs, and what it sends are results", async () => {
    const experiment = await experimentOn("support-answer");
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [resolve(EXAMPLE, "main.ts")], {
      env: {
        ...process.env,
        BAKEOFF_URL: server.api,
        BAKEOFF_KEY: secret,
        BAKEOFF_CONFIG: "support-answer",
        USERS: "30",
      },
    });
    expect(stdout).toContain("30 of 30 users are in an experiment");
    expect(stderr).toBe("");
    await untilItWorks(async () => {
      const { analysis, estimate } = await analysisOf(experiment);
      expect(analysis).toMatchObject({ events: 60, units: 30, multipleExposureUnits: 0 });
      expect(estimate("task_success", "arm-1")?.estimate).toBe(1);
    }, PATIENCE_MILLISECONDS);
  });

  it("holds the very code that is documented", async () => {
    const code = await readFile(resolve(EXAMPLE, "bakeoff-baggage.ts"), "utf8");
    expect(documentedCode("class BakeoffSpanProcessor")).toBe(code);
  });
});
