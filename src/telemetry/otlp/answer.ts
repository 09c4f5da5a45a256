import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import * as z from "zod";
import { type ExportReply, SIGNALS, type Signal } from "#contract/otlp.ts";
import { shorten } from "#shared/shorten.ts";

export type Encoding = "json" | "protobuf";

/** What became of the items of a request. */
export interface IngestSummary {
  total: number;
  /** Why items were left aside, one reason each. */
  ignored: readonly string[];
  /** Why items were rejected, one reason each. */
  rejected: readonly string[];
  /** What was left out of items that were taken, one reason each. */
  leftOut: readonly string[];
  /** Models without a price. */
  unpriced: readonly string[];
  warnings: readonly string[];
}

/** OTLP's answer to what is refused as a whole: google.rpc.Status, of which OTLP uses the message only. */
export const rpcStatusSchema = z.strictObject({ message: z.string() }).meta({ id: "OtlpFailure" });

const MAXIMUM_REASONS = 10;
const MAXIMUM_REASON_LENGTH = 200;
const MAXIMUM_MESSAGE_LENGTH = 4_000;

function list(texts: readonly string[], separator: string): string {
  const listed = texts.slice(0, MAXIMUM_REASONS).map((text) => shorten(text, MAXIMUM_REASON_LENGTH));
  return [...listed, ...(texts.length > MAXIMUM_REASONS ? ["…"] : [])].join(separator);
}

/** Each reason once, with how often it was given. */
function summarize(reasons: readonly string[]): string {
  const groups = [...Map.groupBy(reasons, (reason) => reason)];
  const summaries = groups.map(([reason, { length }]) => `${length} ${reason}`);
  return list(summaries, "; ");
}

/** OTLP's answer: a message with nothing rejected is a warning, which senders show and do not act on. */
export function toReply(
  { total, ignored, rejected, leftOut, unpriced, warnings }: IngestSummary,
  signal: Signal,
): ExportReply {
  const { items, rejectedField } = SIGNALS[signal];
  const models = unpriced.map((model) => `'${model}'`);
  const sentences = [
    ...(rejected.length > 0 ? [`Of ${total} ${items} rejected: ${summarize(rejected)}.`] : []),
    ...(ignored.length > 0 ? [`Of ${total} ${items} left aside: ${summarize(ignored)}.`] : []),
    ...(leftOut.length > 0 ? [`Left out of others: ${summarize(leftOut)}.`] : []),
    ...(models.length > 0
      ? [`No price is known for ${list(models, ", ")}: cost_usd is that of the model asked for, or left out.`]
      : []),
    ...warnings.slice(0, MAXIMUM_REASONS),
  ];
  if (sentences.length === 0) return {};
  const errorMessage = shorten(sentences.join(" "), MAXIMUM_MESSAGE_LENGTH);
  return { partialSuccess: { [rejectedField]: rejected.length, errorMessage } };
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
