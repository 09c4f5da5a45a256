import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import {
  JsonLogsSerializer,
  JsonTraceSerializer,
  ProtobufLogsSerializer,
  ProtobufTraceSerializer,
} from "@opentelemetry/otlp-transformer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeLogs, decodeTraces } from "#telemetry/otlp/decode-json.ts";
import { decodeProtobuf } from "#telemetry/otlp/decode-protobuf.ts";
import { MAXIMUM_ITEMS } from "#telemetry/otlp/otlp.ts";
import { parseTelemetryJson } from "#telemetry/otlp/parse-json.ts";
import { attributes, hex, readNames, spanArbitrary, text } from "#test/support/span-arbitrary.ts";
import { sdkLog, sdkSpans } from "#tools/builders/telemetry-builder.ts";

const fromJson = (bytes: Uint8Array | undefined): unknown =>
  parseTelemetryJson(new TextDecoder().decode(bytes));

function fromProtobuf(bytes: Uint8Array | undefined, request: "traces" | "logs"): unknown {
  const decoded = decodeProtobuf(bytes ?? new Uint8Array(), request);
  if (!decoded.ok) throw new Error(decoded.error);
  return decoded.value;
}

describe("spans from OpenTelemetry's own encoders", () => {
  it("decode to the same from JSON and from protobuf, with nothing of what is not read", () => {
    fc.assert(
      fc.property(fc.array(spanArbitrary, { maxLength: 5 }), attributes, (spans, resource) => {
        const sent = sdkSpans(spans, resource);
        const json = decodeTraces(fromJson(JsonTraceSerializer.serializeRequest(sent)));
        const protobuf = decodeTraces(fromProtobuf(ProtobufTraceSerializer.serializeRequest(sent), "traces"));
        expect(protobuf).toEqual(json);
        if (!json.ok) throw new Error(json.error);
        const { items, malformed } = json.value;
        expect(malformed).toEqual([]);
        for (const [index, expected] of spans.entries()) {
          const read = Object.entries(expected.attributes).filter(([name]) => readNames.includes(name));
          expect(items[index]).toMatchObject({
            traceId: expected.traceId,
            spanId: expected.spanId,
            parentSpanId: expected.parentSpanId,
            failed: expected.failed,
            startedAt: BigInt(expected.startTime[0]) * 1_000_000_000n + BigInt(expected.startTime[1]),
            endedAt: BigInt(expected.endTime[0]) * 1_000_000_000n + BigInt(expected.endTime[1]),
            // JSON knows no negative zero.
            attributes: new Map(read.map(([name, value]) => [name, Object.is(value, -0) ? 0 : value])),
          });
          const events = expected.events.filter(({ name }) => name !== "exception");
          expect(items[index]?.events.length).toBe(events.length);
        }
        expect(items.length).toBe(spans.length);
      }),
      { numRuns: 300 },
    );
  });

  it("of log records too", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(text, attributes, fc.option(hex(32))), { maxLength: 5 }), (records) => {
        const sent = records.map(([eventName, attributes, traceId]) =>
          sdkLog({
            eventName,
            attributes,
            body: { said: "a secret" },
            ...(traceId !== null && { spanContext: { traceId, spanId: "00000000000000ab", traceFlags: 1 } }),
          }),
        );
        const json = decodeLogs(fromJson(JsonLogsSerializer.serializeRequest(sent)));
        const protobuf = decodeLogs(fromProtobuf(ProtobufLogsSerializer.serializeRequest(sent), "logs"));
        expect(protobuf).toEqual(json);
        expect(json).toMatchObject({ ok: true, value: { malformed: [] } });
        expect(
          JSON.stringify(protobuf, (_, value) => (typeof value === "bigint" ? `${value}` : value)),
        ).not.toContain("secret");
      }),
    );
  });
});

describe("OTLP's JSON mapping", () => {
  const good = {
    traceId: "5B8EFFF798038103D269B633813FC60C",
    spanId: "EEE19B7EC3C1B174",
    startTimeUnixNano: "1544712660000000000",
    endTimeUnixNano: 1544712661000000000,
    attributes: [
      { key: "gen_ai.usage.input_tokens", value: { intValue: "7" } },
      { key: "gen_ai.usage.output_tokens", value: { intValue: 8 } },
      { key: "gen_ai.input.messages", value: "anything: it is not read" },
    ],
    unknownField: { of: ["a later version"] },
  };
  const decode = (span: unknown) =>
    decodeTraces({ resourceSpans: [{ scopeSpans: [{ spans: [span, good] }] }], later: true });

  it("takes 64-bit numbers as texts and as numbers, identifiers in any case, and fields it does not know", () => {
    const decoding = decode(good);
    if (!decoding.ok) throw new Error(decoding.error);
    expect(decoding.value.items[0]).toMatchObject({
      traceId: "5b8efff798038103d269b633813fc60c",
      spanId: "eee19b7ec3c1b174",
      startedAt: 1544712660000000000n,
      endedAt: 1544712661000000000n,
      attributes: new Map([
        ["gen_ai.usage.input_tokens", 7],
        ["gen_ai.usage.output_tokens", 8],
      ]),
    });
  });

  it.each([
    ["no object", 7],
    ["a trace id of zeros", { ...good, traceId: "0".repeat(32) }],
    ["a span id in base64", { ...good, spanId: "7uGbfsPBsXQ=" }],
  ])("counts a span with %s as malformed, and takes its neighbor", (_name, span) => {
    expect(decode(span)).toMatchObject({
      ok: true,
      value: { items: [{ spanId: "eee19b7ec3c1b174" }], malformed: [expect.any(String)] },
    });
  });

  const decodeOne = (span: object) => {
    const decoding = decode({ ...good, ...span });
    if (!decoding.ok) throw new Error(decoding.error);
    return decoding.value.items[0];
  };

  it.each([
    ["a start in words", { startTimeUnixNano: "now" }, "startTimeUnixNano is no time"],
    ["an end beyond 64 bits", { endTimeUnixNano: "9".repeat(20) }, "endTimeUnixNano is no time"],
    ["a negative end", { endTimeUnixNano: -1 }, "endTimeUnixNano is no time"],
    ["a parent in base64", { parentSpanId: "7uGbfsPBsXQ=" }, "parentSpanId is no identifier"],
    ["another status", { status: { code: 7 } }, "status is none of unset, ok and error"],
    ["a map of events", { events: {} }, "events are no list"],
    ["an event at no time", { events: [{ name: "feature_flag" }] }, "an event has no time"],
  ])("loses nothing of a span with %s but that", (_name, part, why) => {
    expect(decodeOne(part)).toMatchObject({ spanId: "eee19b7ec3c1b174", leftOut: [why] });
    expect(decodeOne(part)?.attributes.size).toBe(2);
  });

  it("takes a span without times, and a status by its name", () => {
    const span = decodeOne({
      startTimeUnixNano: undefined,
      endTimeUnixNano: 0,
      status: { code: "STATUS_CODE_ERROR" },
    });
    expect(span).toMatchObject({ startedAt: undefined, endedAt: undefined, failed: true });
  });

  it.each([
    ["NaN as null", { doubleValue: null }, { unreadable: "is no number" }],
    ["NaN as a text", { doubleValue: "NaN" }, { unreadable: "is no number" }],
    ["infinity as a text", { doubleValue: "-Infinity" }, { unreadable: "is no number" }],
    ["NaN", { doubleValue: Number.NaN }, { unreadable: "is no number" }],
    ["an int in words", { intValue: "seven" }, { unreadable: "is no number" }],
    ["a fraction as an int", { intValue: 0.5 }, { unreadable: "is no number" }],
    ["a list", { arrayValue: { values: [] } }, { unreadable: "holds a list, a map or bytes" }],
    ["a map", { kvlistValue: {} }, { unreadable: "holds a list, a map or bytes" }],
    ["bytes", { bytesValue: "AA==" }, { unreadable: "holds a list, a map or bytes" }],
    ["a number as a text", { stringValue: 7 }, { unreadable: "has a value of another type than it says" }],
    ["a finite double as a text", { doubleValue: "-2.5e-1" }, -0.25],
    ["the largest int", { intValue: "9223372036854775807" }, 9223372036854775807n],
    ["the smallest int", { intValue: "-9223372036854775808" }, -9223372036854775808n],
    ["a safe int", { intValue: "9007199254740991" }, 9007199254740991],
    ["nothing", {}, undefined],
    ["no value", null, undefined],
  ])("reads %s as what it is, and its neighbor as ever", (_name, value, expected) => {
    const attributes = [{ key: "bakeoff.unit", value }, good.attributes[0]];
    const read = decodeOne({ attributes })?.attributes;
    expect(read?.get("bakeoff.unit")).toEqual(expected);
    expect(read?.get("gen_ai.usage.input_tokens")).toBe(7);
  });

  it("loses the attributes of a span or a resource that are no list, and nothing else", () => {
    const resource = { attributes: "none" };
    const decoding = decodeTraces({ resourceSpans: [{ resource, scopeSpans: [{ spans: [good] }] }] });
    expect(decoding).toMatchObject({ ok: true, value: { items: [{ failed: false }], malformed: [] } });
    expect(decodeOne({ attributes: { a: 1 } })).toMatchObject({ spanId: "eee19b7ec3c1b174" });
  });

  it("keeps every digit of an int that is written as a number", () => {
    const text = '{"key":"user.id","value":{"intValue":1234567890123456789}}';
    expect(parseTelemetryJson(text)).toEqual({
      key: "user.id",
      value: { intValue: "1234567890123456789" },
    });
    expect(parseTelemetryJson('{"intValue":1.5e30,"doubleValue":1e25}')).toEqual({
      intValue: 1.5e30,
      doubleValue: 1e25,
    });
  });

  it("leaves an int as a number that a double has written: its digits are none", () => {
    expect(parseTelemetryJson(JSON.stringify({ intValue: 2 ** 60 }))).toEqual({ intValue: 2 ** 60 });
  });

  it("takes whole numbers beyond 2^53 for rounded where the sender knows doubles only", () => {
    const unitFrom = (language: string) => {
      const resource = { attributes: [{ key: "telemetry.sdk.language", value: { stringValue: language } }] };
      const attributes = [{ key: "bakeoff.unit", value: { intValue: "1234567890123456768" } }];
      const decoding = decodeTraces({
        resourceSpans: [{ resource, scopeSpans: [{ spans: [{ ...good, attributes }] }] }],
      });
      return decoding.ok && decoding.value.items[0]?.attributes.get("bakeoff.unit");
    };
    expect(unitFrom("go")).toBe(1234567890123456768n);
    expect(unitFrom("nodejs")).toBe(Number(1234567890123456768n));
  });

  it("refuses what is no export request, and more spans than a request should hold", () => {
    for (const raw of [7, [], { resourceSpans: 7 }, { resourceSpans: [{ scopeSpans: [{ spans: {} }] }] }]) {
      expect(decodeTraces(raw).ok).toBe(false);
    }
    const spans = Array.from({ length: MAXIMUM_ITEMS + 1 }, () => good);
    expect(decodeTraces({ resourceSpans: [{ scopeSpans: [{ spans }] }] }).ok).toBe(false);
    expect(decodeTraces({})).toMatchObject({ ok: true, value: { items: [] } });
  });
});

describe("a 64-bit integer in protobuf", () => {
  it.each([1234567890123456789n, -(2n ** 63n), 2n ** 63n - 1n, 7n])("%d keeps every digit", (id) => {
    const message =
      (field: number, write: (writer: BinaryWriter) => BinaryWriter) => (writer: BinaryWriter) =>
        write(writer.tag(field, WireType.LengthDelimited).fork()).join();
    const attribute = message(9, (writer) =>
      message(2, (value) => value.tag(3, WireType.Varint).int64(id))(
        writer.tag(1, WireType.LengthDelimited).string("user.id"),
      ),
    );
    const span = message(2, (writer) =>
      attribute(
        writer
          .tag(1, WireType.LengthDelimited)
          .bytes(new Uint8Array(16).fill(1))
          .tag(2, WireType.LengthDelimited)
          .bytes(new Uint8Array(8).fill(2)),
      ),
    );
    const request = message(1, message(2, span))(new BinaryWriter()).finish();
    const decoding = decodeTraces(fromProtobuf(request, "traces"));
    if (!decoding.ok) throw new Error(decoding.error);
    const value = decoding.value.items[0]?.attributes.get("user.id");
    expect(String(value)).toBe(String(id));
  });
});

describe("a log record", () => {
  it("loses what cannot be read of it, and takes the time when it was observed for its own", () => {
    const record = {
      traceId: "none",
      spanId: 7,
      timeUnixNano: "soon",
      observedTimeUnixNano: "1544712660000000000",
      attributes: [
        { key: "event.name", value: { stringValue: "feature_flag.evaluation" } },
        { key: "feature_flag.key", value: { kvlistValue: {} } },
      ],
    };
    const decoding = decodeLogs({ resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] });
    expect(decoding).toMatchObject({
      ok: true,
      value: {
        malformed: [],
        items: [
          {
            name: "feature_flag.evaluation",
            at: 1544712660000000000n,
            traceId: undefined,
            spanId: undefined,
            leftOut: ["traceId is no identifier", "spanId is no identifier", "timeUnixNano is no time"],
          },
        ],
      },
    });
  });
});
