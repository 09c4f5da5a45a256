import * as z from "zod";
import { endpoint } from "./endpoint.ts";

/** What the items of a request are, and what OTLP calls those that were rejected. */
export const SIGNALS = {
  traces: { items: "spans", rejectedField: "rejectedSpans" },
  logs: { items: "log records", rejectedField: "rejectedLogRecords" },
} as const;
export type Signal = keyof typeof SIGNALS;

const countSchema = z.int().nonnegative().optional();

/** OTLP's answer in its JSON mapping. Without `partialSuccess` everything was taken. */
export const exportReplySchema = z
  .strictObject({
    partialSuccess: z
      .strictObject({ rejectedSpans: countSchema, rejectedLogRecords: countSchema, errorMessage: z.string() })
      .optional(),
  })
  .meta({ id: "OtlpReply" });
export type ExportReply = z.infer<typeof exportReplySchema>;

const protobufSchema = z.string().meta({ format: "binary" });

const common = (signal: Signal) =>
  ({
    method: "POST",
    path: `/v1/otlp/v1/${signal}`,
    scope: "client",
    tag: "OpenTelemetry",
    crossOrigin: true,
    bodies: {
      "application/json": z
        .looseObject({})
        .meta({ description: `An export request with ${SIGNALS[signal].items}, in OTLP's JSON mapping` }),
      "application/x-protobuf": protobufSchema,
    },
    replies: { "application/json": exportReplySchema, "application/x-protobuf": protobufSchema },
    reply: exportReplySchema,
  }) as const;

export const exportTraces = endpoint({
  ...common("traces"),
  summary: "OTLP/HTTP: spans of model calls are outcomes, flag evaluations in them exposures",
});

export const exportLogs = endpoint({
  ...common("logs"),
  summary: "OTLP/HTTP: flag evaluations are exposures, evaluation results outcomes",
});
