import { exports } from "cloudflare:workers";
import { JsonTraceSerializer, ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import { beforeAll } from "vitest";
import { type SdkSpan, sdkSpans } from "#tools/builders/telemetry-builder.ts";
import { succeed } from "./api-client.ts";
import { unitWith } from "./assigned-units.ts";

export const TRACES = "/v1/otlp/v1/traces";
export const JSON_TYPE = "application/json";
export const PROTOBUF_TYPE = "application/x-protobuf";

export interface Sent {
  body: BodyInit;
  contentType?: string;
  headers?: Record<string, string>;
  path?: string;
}

/** Sends telemetry as an app does: with a key of its own, made before the first test of a file. */
export function telemetrySender() {
  let secret: string;

  beforeAll(async () => {
    ({ secret } = await succeed("POST", "/v1/keys", { name: "app", scope: "server" }));
  });

  function requestOf({ body, contentType = JSON_TYPE, headers = {}, path = TRACES }: Sent): Request {
    return new Request(`https://bakeoff.test${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${secret}`, "content-type": contentType, ...headers },
      body,
    });
  }

  async function send(sent: Sent) {
    const response = await exports.default.fetch(requestOf(sent));
    const bytes = new Uint8Array(await response.arrayBuffer());
    return {
      status: response.status,
      contentType: response.headers.get("content-type"),
      headers: response.headers,
      bytes,
    };
  }

  return { requestOf, send };
}

export const readJson = ({ bytes }: { bytes: Uint8Array }) => JSON.parse(new TextDecoder().decode(bytes));

let counter = 0;

/** A span of a trace of its own, 200 ms long, that called a model just now. */
export function spanOf(attributes: SdkSpan["attributes"], overrides: Partial<SdkSpan> = {}): SdkSpan {
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

/** A model call for each of many users of an experiment, who take turns at its variants. */
export function spansOf(experiment: string, count: number): SdkSpan[] {
  return Array.from({ length: count }, (_, index) => {
    const variant = index % 2 === 0 ? "control" : "treatment";
    return spanOf({
      "bakeoff.experiment": experiment,
      "bakeoff.variant": variant,
      "bakeoff.unit": unitWith(`user-${index}`, [{ key: experiment }, variant]),
      "gen_ai.usage.input_tokens": 100,
      "gen_ai.input.messages": "my secret question",
    });
  });
}

export const asJson = (spans: SdkSpan[]) =>
  JsonTraceSerializer.serializeRequest(sdkSpans(spans, {})) ?? new Uint8Array();
export const asProtobuf = (spans: SdkSpan[]) =>
  ProtobufTraceSerializer.serializeRequest(sdkSpans(spans, {})) ?? new Uint8Array();
