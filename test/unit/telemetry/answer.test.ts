import { ProtobufLogsSerializer, ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import { describe, expect, it } from "vitest";
import { encodeReply, encodeStatus, toReply } from "#telemetry/otlp/answer.ts";

describe("the answer", () => {
  const account = {
    total: 15,
    ignored: ["name no unit", "name no unit"],
    rejected: [],
    leftOut: [],
    unpriced: [],
    warnings: [],
  };

  it("reads back with OpenTelemetry's own decoder", () => {
    const rejected = [...account.rejected, "traceId: this is no identifier"];
    for (const told of [
      account,
      { ...account, rejected },
      { ...account, ignored: [], warnings: ["Grüße"] },
    ]) {
      const traces = toReply(told, "traces");
      expect(ProtobufTraceSerializer.deserializeResponse(encodeReply(traces))).toEqual({
        partialSuccess: {
          rejectedSpans: told.rejected.length,
          errorMessage: traces.partialSuccess?.errorMessage,
        },
      });
      const logs = toReply(told, "logs");
      expect(ProtobufLogsSerializer.deserializeResponse(encodeReply(logs))).toMatchObject({
        partialSuccess: { errorMessage: logs.partialSuccess?.errorMessage },
      });
    }
  });

  it("counts per reason what was left aside, as a warning", () => {
    expect(toReply(account, "traces")).toEqual({
      partialSuccess: { rejectedSpans: 0, errorMessage: "Of 15 spans left aside: 2 name no unit." },
    });
  });

  it("names what was left out, and models without a price", () => {
    const leftOut = ["a is no number", "b is no number", "a is no number"];
    expect(toReply({ ...account, ignored: [], leftOut, unpriced: ["x", "y"] }, "traces")).toEqual({
      partialSuccess: {
        rejectedSpans: 0,
        errorMessage:
          "Left out of others: 2 a is no number; 1 b is no number. No price is known for 'x', 'y': cost_usd is that of the model asked for, or left out.",
      },
    });
  });

  it("stays short whatever there is to say", () => {
    const many = Array.from({ length: 1_000 }, (_, index) => `${index} ${"x".repeat(1_000)}😀`);
    const long = { total: 1, ignored: many, rejected: many, leftOut: many, unpriced: many, warnings: many };
    expect(toReply(long, "logs").partialSuccess?.errorMessage.length).toBeLessThanOrEqual(4_001);
  });

  it("is empty when everything was taken", () => {
    const reply = toReply({ ...account, ignored: [] }, "logs");
    expect(reply).toEqual({});
    expect(encodeReply(reply)).toEqual(new Uint8Array());
  });

  it("puts a failure as a google.rpc.Status, whose second field is the message", () => {
    expect([...encodeStatus("no")]).toEqual([0x12, 2, 0x6e, 0x6f]);
  });
});
