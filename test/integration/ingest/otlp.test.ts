import { env } from "cloudflare:workers";
import { gzipSync } from "node:zlib";
import { ProtobufLogsSerializer, ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import { describe, expect, it } from "vitest";
import { collectTotals } from "#aggregator/client.ts";
import { createExperiment, succeed } from "#test/support/api-client.ts";
import { unitWith } from "#test/support/assigned-units.ts";
import {
  asJson,
  asProtobuf,
  JSON_TYPE,
  PROTOBUF_TYPE,
  readJson,
  spanOf,
  spansOf,
  telemetrySender,
} from "#test/support/telemetry-sender.ts";
import { sdkLog } from "#tools/builders/telemetry-builder.ts";

const { send } = telemetrySender();

function totalsOf(key: string) {
  const variants = [{ key: "control" }, { key: "treatment" }];
  return collectTotals(env.AGGREGATOR, { spec: { key, shards: 1, variants }, phases: [null] });
}

describe("spans over OTLP/HTTP", () => {
  it.each([
    ["JSON", JSON_TYPE, asJson, false],
    ["JSON with a charset", "application/json; charset=utf-8", asJson, false],
    ["packed JSON", JSON_TYPE, asJson, true],
    ["protobuf", PROTOBUF_TYPE, asProtobuf, false],
    ["packed protobuf", PROTOBUF_TYPE, asProtobuf, true],
  ] as const)(
    "as %s become outcomes, once however often they are sent",
    async (_name, contentType, encode, packed) => {
      const { key } = await createExperiment();
      const body = encode(spansOf(key, 40));
      const sent = packed
        ? { body: gzipSync(body), contentType, headers: { "content-encoding": "gzip" } }
        : { body: body.slice(), contentType };
      for (let round = 0; round < 2; round++) {
        const answer = await send(sent);
        expect(answer.status).toBe(200);
        expect(answer.contentType).toBe(contentType.split(";")[0]);
        if (contentType === PROTOBUF_TYPE) expect(answer.bytes).toHaveLength(0);
        else expect(readJson(answer)).toEqual({});
      }
      const { variants, events, duplicates } = await totalsOf(key);
      expect({ events, duplicates }).toEqual({ events: 40, duplicates: 40 });
      expect([variants.control?.units, variants.treatment?.units]).toEqual([20, 20]);
      const logged = await succeed("GET", `/v1/experiments/${key}/events?limit=100`);
      expect(logged.events[0].metrics).toEqual({ latency_ms: 200, error: 0, input_tokens: 100 });
      expect(JSON.stringify(logged)).not.toMatch(/secret|"user-/);
    },
  );

  it("are counted where they belong to no experiment, as a warning in the encoding of the request", async () => {
    const spans = [spanOf({}), spanOf({}), spanOf({ "gen_ai.operation.name": "execute_tool" })];
    const json = readJson(await send({ body: asJson(spans).slice() }));
    expect(json).toEqual({
      partialSuccess: {
        rejectedSpans: 0,
        errorMessage:
          "Of 3 spans left aside: 2 name no running experiment; 1 are neither model calls nor evaluations.",
      },
    });
    const answer = await send({ body: asProtobuf(spans).slice(), contentType: PROTOBUF_TYPE });
    expect(ProtobufTraceSerializer.deserializeResponse(answer.bytes)).toEqual(json);
  });

  it("that cannot be recorded are rejected and their neighbors are not, each with the reason", async () => {
    const { key } = await createExperiment();
    const base = spanOf({
      "bakeoff.experiment": key,
      "bakeoff.variant": "control",
      "bakeoff.unit": unitWith("u", [{ key }, "control"]),
    });
    const spans = [
      base,
      spanOf({ ...base.attributes, "bakeoff.variant": "nothing" }),
      spanOf({ ...base.attributes, "bakeoff.unit": "x".repeat(300) }),
      spanOf({ ...base.attributes, "gen_ai.usage.input_tokens": -5 }),
      spanOf(base.attributes, { startTime: [1, 0], endTime: [2, 0] }),
      spanOf(base.attributes, { traceId: "0".repeat(32) }),
    ];
    const { partialSuccess } = readJson(await send({ body: asJson(spans).slice() }));
    expect(partialSuccess.rejectedSpans).toBe(4);
    for (const reason of ["no variant 'nothing'", "256 characters", "before the start", "traceId"]) {
      expect(partialSuccess.errorMessage).toContain(reason);
    }
    expect(partialSuccess.errorMessage).toContain(
      "Left out of others: 1 gen_ai.usage.input_tokens is out of range.",
    );
    expect((await totalsOf(key)).events).toBe(2);
  });

  it("bring exposures, scores, and a warning where nobody has defined a metric", async () => {
    const { key, config } = await createExperiment();
    const time = spanOf({}).startTime;
    const flag = {
      "feature_flag.key": config,
      "feature_flag.result.variant": "treatment",
      "feature_flag.context.id": unitWith("u", [{ key }, "treatment"]),
    };
    const score = (name: string) => ({
      "gen_ai.evaluation.name": name,
      "gen_ai.evaluation.score.value": 1,
    });
    const span = spanOf(
      {},
      {
        events: [
          { name: "feature_flag.evaluation", time, attributes: flag },
          { name: "gen_ai.evaluation.result", time, attributes: score("task_success") },
          { name: "gen_ai.evaluation.result", time, attributes: score("Charm") },
        ],
      },
    );
    const { partialSuccess } = readJson(await send({ body: asJson([span]).slice() }));
    expect(partialSuccess).toEqual({ rejectedSpans: 0, errorMessage: expect.stringContaining("'charm'") });
    const { variants, events } = await totalsOf(key);
    expect(events).toBe(3);
    expect(variants.treatment?.metrics.task_success?.units).toBe(1);
  });

  it("of thousands of calls at once are all recorded", async () => {
    const { key } = await createExperiment();
    const body = asProtobuf(spansOf(key, 2_500)).slice();
    expect((await send({ body, contentType: PROTOBUF_TYPE })).bytes).toHaveLength(0);
    expect((await totalsOf(key)).events).toBe(2_500);
  });
});

describe("log records over OTLP/HTTP", () => {
  it("bring exposures and scores; other records are left aside", async () => {
    const { key, config } = await createExperiment();
    const now = Math.floor(Date.now() / 1_000);
    const spanContext = { traceId: "c".repeat(32), spanId: "d".repeat(16), traceFlags: 1 };
    const common = { hrTime: [now, 0] as [number, number], spanContext };
    const records = [
      sdkLog({
        ...common,
        eventName: "feature_flag.evaluation",
        attributes: {
          "feature_flag.key": config,
          "feature_flag.result.variant": "control",
          "feature_flag.context.id": unitWith("u", [{ key }, "control"]),
        },
      }),
      sdkLog({
        ...common,
        eventName: "gen_ai.evaluation.result",
        attributes: { "gen_ai.evaluation.name": "task_success", "gen_ai.evaluation.score.label": "pass" },
      }),
      sdkLog({ ...common, body: "a line of text" }),
    ];
    const body = ProtobufLogsSerializer.serializeRequest(records)?.slice() ?? "";
    const answer = await send({ body, contentType: PROTOBUF_TYPE, path: "/v1/otlp/v1/logs" });
    expect(ProtobufLogsSerializer.deserializeResponse(answer.bytes)).toEqual({
      partialSuccess: {
        rejectedLogRecords: 0,
        errorMessage: "Of 3 log records left aside: 1 are neither model calls nor evaluations.",
      },
    });
    const { variants, events } = await totalsOf(key);
    expect({ events, units: variants.control?.units }).toEqual({ events: 1, units: 1 });
  });
});
