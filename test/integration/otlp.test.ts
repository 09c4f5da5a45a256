import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { gzipSync } from "node:zlib";
import {
  JsonTraceSerializer,
  ProtobufLogsSerializer,
  ProtobufTraceSerializer,
} from "@opentelemetry/otlp-transformer";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { collectTotals } from "../../src/aggregator/shards.ts";
import worker from "../../src/index.ts";
import { createExperiment, succeed } from "../support/api-client.ts";
import { type SdkSpan, sdkLog, sdkSpans } from "../support/telemetry-builder.ts";

const TRACES = "/v1/otlp/v1/traces";
const JSON_TYPE = "application/json";
const PROTOBUF_TYPE = "application/x-protobuf";
const MEBIBYTE = 1_048_576;

let secret: string;
let counter = 0;

beforeAll(async () => {
  ({ secret } = await succeed("POST", "/v1/keys", { name: "app", scope: "client" }));
});

interface Sent {
  body: BodyInit;
  contentType?: string;
  headers?: Record<string, string>;
  path?: string;
}

async function send({ body, contentType = JSON_TYPE, headers = {}, path = TRACES }: Sent) {
  const response = await exports.default.fetch(`https://bakeoff.test${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${secret}`, "content-type": contentType, ...headers },
    body,
  });
  const bytes = new Uint8Array(await response.arrayBuffer());
  return {
    status: response.status,
    contentType: response.headers.get("content-type"),
    headers: response.headers,
    bytes,
  };
}

const readJson = ({ bytes }: { bytes: Uint8Array }) => JSON.parse(new TextDecoder().decode(bytes));

function spanOf(attributes: SdkSpan["attributes"], overrides: Partial<SdkSpan> = {}): SdkSpan {
  counter += 1;
  const start = Math.floor(Date.now() / 1_000);
  return {
    traceId: counter.toString(16).padStart(32, "a"),
    spanId: counter.toString(16).padStart(16, "b"),
    startTime: [start, 0],
    endTime: [start, 200_000_000],
    failed: false,
    events: [],
    attributes: { "gen_ai.operation.name": "chat", ...attributes },
    ...overrides,
  };
}

function spansOf(experiment: string, count: number): SdkSpan[] {
  return Array.from({ length: count }, (_, index) =>
    spanOf({
      "bakeoff.experiment": experiment,
      "bakeoff.variant": index % 2 === 0 ? "control" : "treatment",
      "bakeoff.unit": `user-${index}`,
      "gen_ai.usage.input_tokens": 100,
      "gen_ai.input.messages": "my secret question",
    }),
  );
}

const asJson = (spans: SdkSpan[]) =>
  JsonTraceSerializer.serializeRequest(sdkSpans(spans, {})) ?? new Uint8Array();
const asProtobuf = (spans: SdkSpan[]) =>
  ProtobufTraceSerializer.serializeRequest(sdkSpans(spans, {})) ?? new Uint8Array();

function totalsOf(key: string) {
  const variants = [{ key: "control" }, { key: "treatment" }];
  return collectTotals(env.AGGREGATOR, { spec: { key, shards: 1, variants }, periods: [null] });
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

  it("that cannot be recorded are rejected and their neighbours are not, each with the reason", async () => {
    const { key } = await createExperiment();
    const base = spanOf({ "bakeoff.experiment": key, "bakeoff.variant": "control", "bakeoff.unit": "u" });
    const spans = [
      base,
      spanOf({ ...base.attributes, "bakeoff.variant": "nothing" }),
      spanOf({ ...base.attributes, "bakeoff.unit": "x".repeat(300) }),
      spanOf({ ...base.attributes, "gen_ai.usage.input_tokens": -5 }),
      spanOf(base.attributes, { startTime: [1, 0], endTime: [2, 0] }),
      spanOf(base.attributes, { traceId: "0".repeat(32) }),
    ];
    const { partialSuccess } = readJson(await send({ body: asJson(spans).slice() }));
    expect(partialSuccess.rejectedSpans).toBe(5);
    for (const reason of [
      "no variant 'nothing'",
      "256 characters",
      "minimum 0",
      "before the start",
      "traceId",
    ]) {
      expect(partialSuccess.errorMessage).toContain(reason);
    }
    expect((await totalsOf(key)).events).toBe(1);
  });

  it("bring exposures, scores, and a warning where nobody has defined a metric", async () => {
    const { key, config } = await createExperiment();
    const time = spanOf({}).startTime;
    const flag = {
      "feature_flag.key": config,
      "feature_flag.result.variant": "treatment",
      "feature_flag.context.id": "u",
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
          "feature_flag.context.id": "u",
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

describe("what is no OTLP", () => {
  const bomb = gzipSync(new Uint8Array(64 * MEBIBYTE));
  const gzip = { "content-encoding": "gzip" };
  const bad: [string, Sent, number][] = [
    ["no JSON", { body: "{not json" }, 400],
    ["JSON that is no UTF-8", { body: new Uint8Array([0x22, 0xff, 0x22]) }, 400],
    ["JSON of another shape", { body: "[]" }, 400],
    ["no protobuf", { body: new Uint8Array([10, 200, 1]), contentType: PROTOBUF_TYPE }, 400],
    ["text", { body: "hello", contentType: "text/plain" }, 415],
    ["of a type that every object knows", { body: "{}", contentType: "constructor" }, 415],
    ["no type", { body: new Uint8Array([1]), contentType: "" }, 415],
    ["another packing", { body: "{}", headers: { "content-encoding": "br" } }, 415],
    ["gzip that is none", { body: "{}", headers: gzip }, 400],
    [
      "gzip cut off",
      {
        body: gzipSync(JSON.stringify({ resourceSpans: [] }))
          .subarray(0, 20)
          .slice(),
        headers: gzip,
      },
      400,
    ],
    ["more than 4 MiB", { body: `{"a":"${"x".repeat(4 * MEBIBYTE)}"}` }, 413],
    ["64 MiB packed into 64 KiB", { body: bomb, headers: gzip }, 413],
    ["the same as protobuf", { body: bomb, headers: gzip, contentType: PROTOBUF_TYPE }, 413],
  ];

  it.each(bad)("is refused when it is %s, as a google.rpc.Status", async (_name, sent, status) => {
    const answer = await send(sent);
    expect(answer.status).toBe(status);
    if (sent.contentType === PROTOBUF_TYPE) {
      expect(answer.contentType).toBe(PROTOBUF_TYPE);
      expect(answer.bytes[0]).toBe(0x12);
    } else {
      expect(answer.contentType).toBe(JSON_TYPE);
      expect(readJson(answer)).toEqual({ message: expect.stringMatching(/./) });
    }
  });

  it("is told apart from an empty request, which is fine", async () => {
    expect(readJson(await send({ body: "{}" }))).toEqual({});
    const answer = await send({ body: new Uint8Array(), contentType: PROTOBUF_TYPE });
    expect(answer).toMatchObject({ status: 200, contentType: PROTOBUF_TYPE });
  });

  it.each([
    ["no key", {}, 401],
    ["an unknown key", { authorization: "Bearer bk_client_wrong" }, 401],
  ])("is refused with %s, as a google.rpc.Status too", async (_name, headers, status) => {
    const response = await exports.default.fetch(`https://bakeoff.test${TRACES}`, {
      method: "POST",
      headers: { "content-type": JSON_TYPE, ...headers },
      body: "{}",
    });
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ message: expect.any(String) });
  });

  it("does not serve those who may only read", async () => {
    const reader = await succeed("POST", "/v1/keys", { name: "reader", scope: "read" });
    const answer = await send({ body: "{}", headers: { authorization: `Bearer ${reader.secret}` } });
    expect(answer.status).toBe(403);
  });
});

describe("a fault on the way to the ledger", () => {
  it("asks the sender to send again, in a status that senders act on", async () => {
    const { key } = await createExperiment();
    const complaint = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const getByName = () => {
      throw new Error("no ledger today");
    };
    const execution = createExecutionContext();
    const request = new Request(`https://bakeoff.test${TRACES}`, {
      method: "POST",
      headers: { authorization: `Bearer ${secret}`, "content-type": JSON_TYPE },
      body: asJson(spansOf(key, 1)).slice(),
    });
    const broken = Object.assign(Object.create(env.AGGREGATOR), { getByName });
    const response = await worker.fetch(request, { ...env, AGGREGATOR: broken }, execution);
    await waitOnExecutionContext(execution);
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).not.toBeNull();
    expect(JSON.stringify(await response.json())).not.toContain("ledger");
    expect(complaint).toHaveBeenCalled();
    complaint.mockRestore();
  });
});

describe("prices", () => {
  async function sendPriced(key: string, prices: unknown) {
    const execution = createExecutionContext();
    const [span = spanOf({})] = spansOf(key, 1);
    const attributes = {
      ...span.attributes,
      "gen_ai.usage.output_tokens": 10,
      "gen_ai.request.model": "small",
    };
    const request = new Request(`https://bakeoff.test${TRACES}`, {
      method: "POST",
      headers: { authorization: `Bearer ${secret}`, "content-type": JSON_TYPE },
      body: asJson([{ ...span, attributes }]).slice(),
    });
    const variables = { ...env, BAKEOFF_PRICES: prices };
    const response = await worker.fetch(request, variables, execution);
    await waitOnExecutionContext(execution);
    expect(response.status).toBe(200);
    const { events } = await succeed("GET", `/v1/experiments/${key}/events`);
    return events.at(-1).metrics.cost_usd;
  }

  it("make costs of usage, written as text or as a table", async () => {
    const table = { small: { input: 2, output: 10 } };
    for (const prices of [JSON.stringify(table), table]) {
      const { key } = await createExperiment();
      expect(await sendPriced(key, prices)).toBeCloseTo(0.0003, 12);
    }
  });

  it("that are malformed are complained of once, and cost nothing but the cost", async () => {
    const complaint = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const { key } = await createExperiment();
    for (let round = 0; round < 2; round++) expect(await sendPriced(key, "{")).toBeUndefined();
    const complaints = complaint.mock.calls.filter(([first]) =>
      JSON.stringify(first).includes("BAKEOFF_PRICES"),
    );
    expect(complaints).toHaveLength(1);
    complaint.mockRestore();
  });
});
