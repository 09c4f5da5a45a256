import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { z } from "zod";

/** What the items of a request are, and what OTLP calls those that were rejected. */
export const SIGNALS = {
  traces: { items: "spans", rejectedField: "rejectedSpans" },
  logs: { items: "log records", rejectedField: "rejectedLogRecords" },
} as const;
export type Signal = keyof typeof SIGNALS;

export type Encoding = "json" | "protobuf";

/** What became of the items of a request. */
export interface Account {
  total: number;
  /** Why items were left aside, one reason each. */
  ignored: readonly string[];
  /** Why items were rejected, one reason each. */
  rejected: readonly string[];
  warnings: readonly string[];
}

const count = z.int().nonnegative().optional();

/** OTLP's answer in its JSON mapping. Without `partialSuccess` everything was taken. */
export const exportReply = z
  .strictObject({
    partialSuccess: z
      .strictObject({ rejectedSpans: count, rejectedLogRecords: count, errorMessage: z.string() })
      .optional(),
  })
  .meta({ id: "OtlpReply" });
export type ExportReply = z.infer<typeof exportReply>;

/** OTLP's answer to what is refused as a whole: google.rpc.Status, of which OTLP uses the message only. */
export const rpcStatus = z.strictObject({ message: z.string() }).meta({ id: "OtlpFailure" });

const MAXIMUM_REASONS = 10;

function summarise(reasons: readonly string[]): string {
  const groups = [...Map.groupBy(reasons, (reason) => reason)];
  const told = groups.slice(0, MAXIMUM_REASONS).map(([reason, { length }]) => `${length} ${reason}`);
  return [...told, ...(groups.length > MAXIMUM_REASONS ? ["…"] : [])].join("; ");
}

/** OTLP's answer: a message with nothing rejected is a warning, which senders show and do not act on. */
export function toReply({ total, ignored, rejected, warnings }: Account, signal: Signal): ExportReply {
  const { items, rejectedField } = SIGNALS[signal];
  const sentences = [
    ...(rejected.length > 0 ? [`Of ${total} ${items} rejected: ${summarise(rejected)}.`] : []),
    ...(ignored.length > 0 ? [`Of ${total} ${items} left aside: ${summarise(ignored)}.`] : []),
    ...warnings.slice(0, MAXIMUM_REASONS),
  ];
  if (sentences.length === 0) return {};
  return { partialSuccess: { [rejectedField]: rejected.length, errorMessage: sentences.join(" ") } };
}

/** Writes the answer as an `ExportTraceServiceResponse` or `ExportLogsServiceResponse`, which are alike. */
export function encodeReply({ partialSuccess }: ExportReply): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  if (!partialSuccess) return writer.finish();
  const { rejectedSpans, rejectedLogRecords, errorMessage } = partialSuccess;
  writer.tag(1, WireType.LengthDelimited).fork();
  writer.tag(1, WireType.Varint).int64(rejectedSpans ?? rejectedLogRecords ?? 0);
  writer.tag(2, WireType.LengthDelimited).string(errorMessage);
  return writer.join().finish();
}

/** Writes a google.rpc.Status. */
export function encodeStatus(message: string): Uint8Array<ArrayBuffer> {
  return new BinaryWriter().tag(2, WireType.LengthDelimited).string(message).finish();
}
