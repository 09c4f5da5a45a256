import { describe, expect, it } from "vitest";
import { indexSpans } from "#telemetry/attribution/span-tree.ts";
import { mapSpans } from "#telemetry/mapping/map-spans.ts";
import { type Attributes, type AttributeValue, readAttributes } from "#telemetry/otlp/attributes.ts";
import { decodeLogs, decodeTraces } from "#telemetry/otlp/decode-json.ts";
import { createNumberReader } from "#telemetry/otlp/numbers.ts";
import { parseTelemetryJson } from "#telemetry/otlp/parse-json.ts";
import { TELEMETRY_BOMBS } from "#tools/builders/telemetry-bombs.ts";
import { attributionContext, call } from "#tools/builders/telemetry-builder.ts";

const CHARACTERS = 4 * 1_048_576;

/** Attributes that count how often they are gone through. */
class CountedAttributes extends Map<string, AttributeValue> {
  walks = 0;

  override [Symbol.iterator]() {
    this.walks += 1;
    return super[Symbol.iterator]();
  }
}

describe("telemetry that is made to keep the Worker busy", () => {
  it.each(Object.entries(TELEMETRY_BOMBS))("is refused or taken in, as %s", (_, make) => {
    const decoding = decodeTraces(parseTelemetryJson(make(CHARACTERS)));
    if (decoding.ok) mapSpans(decoding.value.items, attributionContext());
    else
      expect(decoding.error).toMatch(
        /^a request holds at most 10000 (resourceSpans|scopeSpans|spans|events)$/,
      );
  });

  it.each([
    ["resourceSpans", (list: unknown[]) => ({ resourceSpans: list })],
    ["scopeSpans", (list: unknown[]) => ({ resourceSpans: [{ scopeSpans: list }] })],
    ["spans", (list: unknown[]) => ({ resourceSpans: [{ scopeSpans: [{ spans: list }] }] })],
    [
      "events",
      (list: unknown[]) => ({
        resourceSpans: [
          { scopeSpans: [{ spans: [{ events: list.map(() => ({ name: "gen_ai.evaluation.result" })) }] }] },
        ],
      }),
    ],
  ])("holds no more than 10,000 %s, in one list or in many", (name, request) => {
    const list = (length: number) => Array.from({ length }, () => 0);
    const error = `a request holds at most 10000 ${name}`;
    expect(decodeTraces(request(list(10_001)))).toEqual({ ok: false, error });
    const [one, other] = [request(list(5_001)), request(list(5_000))];
    const both = {
      resourceSpans: [one, other].flatMap(({ resourceSpans }) => resourceSpans as unknown[]),
    };
    expect(decodeTraces(both)).toEqual({ ok: false, error });
  });

  it("holds no more than 10,000 log records, scopes and resources", () => {
    const list = Array.from({ length: 10_001 }, () => 0);
    for (const request of [
      { resourceLogs: list },
      { resourceLogs: [{ scopeLogs: list }] },
      { resourceLogs: [{ scopeLogs: [{ logRecords: list }] }] },
    ]) {
      expect(decodeLogs(request)).toMatchObject({ ok: false });
    }
  });

  it("may hold more chunks of streams than that, of which one is used", () => {
    const events = Array.from({ length: 20_000 }, () => ({ name: "gen_ai.content.chunk", timeUnixNano: 1 }));
    const spans = [{ traceId: "1".repeat(32), spanId: "1".repeat(16), events }];
    const decoding = decodeTraces({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
    expect(decoding).toMatchObject({ ok: true, value: { malformed: [] } });
  });

  it("is compared once each, however many spans have one identity", () => {
    const attributes = new CountedAttributes([["gen_ai.request.model", "x"]]);
    const copy = call({});
    const copies = Array.from({ length: 1_000 }, () => ({ ...copy, attributes: new Map() }));
    indexSpans([{ ...copy, attributes, endedAt: 10n ** 19n }, ...copies]);
    expect(attributes.walks).toBe(1);
  });

  it("has no texts of more than 4,096 characters", () => {
    const read = (length: number): Attributes =>
      readAttributes([{ key: "bakeoff.unit", value: { stringValue: "x".repeat(length) } }]);
    expect(read(4_096).get("bakeoff.unit")).toBe("x".repeat(4_096));
    expect(read(4_097).get("bakeoff.unit")).toEqual({ unreadable: "is too long" });
  });

  it("is told of ten unreadable numbers of one thing, not of all", () => {
    const numbers = createNumberReader();
    const attributes = new Map([["tokens", "many"]]);
    const names = ["tokens"];
    for (let index = 0; index < 100; index += 1) numbers.read(attributes, names, () => true);
    expect(numbers.validationErrors()).toEqual(Array(10).fill("tokens is no number"));
  });
});

describe("whole numbers in JSON", () => {
  it.each([
    ['{"intValue":1234567890123456789}', { intValue: "1234567890123456789" }],
    ['{"intValue" :\n-1234567890123456789 }', { intValue: "-1234567890123456789" }],
    [
      '[{"intValue":9007199254740993},{"intValue":9007199254740991}]',
      [{ intValue: "9007199254740993" }, { intValue: 9007199254740991 }],
    ],
    // What a double prints has been rounded by whoever sent it.
    ['{"intValue":12345678901234567000}', { intValue: 12345678901234567000 }],
    ['{"intValue":1234567890123456.5}', { intValue: 1234567890123456.5 }],
    ['{"intValue":1234567890123456e3}', { intValue: 1234567890123456e3 }],
    ['{"other":12345678901234567}', { other: 12345678901234568 }],
    ['{"a \\"intValue":12345678901234567}', { 'a "intValue': 12345678901234568 }],
    ['{"text":"\\"intValue\\":12345678901234567"}', { text: '"intValue":12345678901234567' }],
  ])("are kept to the last digit where they are identifiers: %s", (text, value) => {
    expect(parseTelemetryJson(text)).toEqual(value);
  });
});
