import { ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeTraces } from "#telemetry/otlp/decode-json.ts";
import { decodeProtobuf } from "#telemetry/otlp/decode-protobuf.ts";
import { spanArbitrary } from "#test/support/span-arbitrary.ts";
import { sdkSpans } from "#tools/builders/telemetry-builder.ts";

describe("bytes that are no telemetry", () => {
  it("never crash the decoder, nor do cut-off or altered requests", () => {
    const sent = ProtobufTraceSerializer.serializeRequest(
      sdkSpans(fc.sample(spanArbitrary, { numRuns: 3, seed: 1 }), { "bakeoff.unit": "u" }),
    );
    const whole = sent ?? new Uint8Array();
    const altered = fc.tuple(fc.nat(whole.length - 1), fc.nat(255)).map(([at, byte]) => whole.with(at, byte));
    const cut = fc.nat(whole.length).map((end) => whole.slice(0, end));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), altered, cut), (bytes) => {
        for (const request of ["traces", "logs"] as const) {
          const decoded = decodeProtobuf(bytes, request);
          if (decoded.ok) expect(decodeTraces(decoded.value).ok).toBe(true);
          else expect(decoded.error).not.toBe("");
        }
      }),
      { numRuns: 5_000 },
    );
  });

  it("do not fill the memory: a flood of empty messages is refused or dropped", () => {
    const flood = (bytes: number[], count: number) =>
      new Uint8Array(Array.from({ length: count }, () => bytes).flat());
    const wrap = (field: number, content: Uint8Array) => {
      const length = content.length;
      return Uint8Array.from([
        field * 8 + 2,
        (length & 127) | 128,
        ((length >> 7) & 127) | 128,
        (length >> 14) & 127,
        ...content,
      ]);
    };
    expect(decodeProtobuf(flood([10, 0], 100_000), "traces")).toEqual({ ok: true, value: {} });
    const emptySpans = wrap(1, wrap(2, flood([18, 0], 600_000)));
    expect(decodeProtobuf(emptySpans, "traces")).toMatchObject({
      ok: false,
      error: expect.stringContaining("more than"),
    });
  });
});
