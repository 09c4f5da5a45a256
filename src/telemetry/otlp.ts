import { z } from "zod";
import { type Attributes, attributeList } from "./attributes.ts";

/** Spans or log records of one request; exporters send some hundreds at once. */
export const MAXIMUM_ITEMS = 10_000;

export interface SpanEvent {
  name: string;
  /** Nanoseconds since the epoch. */
  at: bigint;
  attributes: Attributes;
}

/** What is read of a span. */
export interface Span {
  /** 32 and 16 hexadecimal digits, lower-case. */
  traceId: string;
  spanId: string;
  parentSpanId: string | undefined;
  /** Nanoseconds since the epoch. */
  startedAt: bigint;
  endedAt: bigint;
  failed: boolean;
  attributes: Attributes;
  events: readonly SpanEvent[];
  resource: Attributes;
}

/** What is read of a log record. */
export interface LogRecord extends SpanEvent {
  traceId: string | undefined;
  spanId: string | undefined;
  resource: Attributes;
}

const STATUS_ERROR = 2;

const nanoseconds = z
  .union([
    z.bigint(),
    z.string().regex(/^\d{1,20}$/, "a time is a count of nanoseconds"),
    z.number().nonnegative().refine(Number.isInteger, "a time is a whole number of nanoseconds"),
  ])
  .transform(BigInt);

/** An identifier in hexadecimal digits, of which one is not 0. */
function identifier(digits: number) {
  return z
    .string()
    .regex(new RegExp(`^(?!0*$)[0-9a-fA-F]{${digits}}$`), `this is no identifier of ${digits} digits`)
    .toLowerCase();
}

/** Identifiers that are not there come as nothing, or as an empty text. */
function optional<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((value) => (value === "" || value === null ? undefined : value), schema.optional());
}

/** The span events that are read. */
export const EVENT_NAMES = {
  flagEvaluation: ["feature_flag.evaluation", "feature_flag"],
  evaluationResult: ["gen_ai.evaluation.result"],
} as const;
const READ_EVENTS: ReadonlySet<unknown> = new Set(Object.values(EVENT_NAMES).flat());

/** True for span events that are read; all others are dropped while a request is decoded. */
export function isReadEvent(event: unknown): boolean {
  return typeof event === "object" && event !== null && READ_EVENTS.has(Reflect.get(event, "name"));
}

const spanEvent = z
  .object({ name: z.string(), timeUnixNano: nanoseconds, attributes: attributeList })
  .transform(({ name, timeUnixNano: at, attributes }): SpanEvent => ({ name, at, attributes }));

/** A span in OTLP's JSON mapping; what is not read may be anything. */
export const span = z
  .object({
    traceId: identifier(32),
    spanId: identifier(16),
    parentSpanId: optional(identifier(16)),
    startTimeUnixNano: nanoseconds,
    endTimeUnixNano: nanoseconds,
    attributes: attributeList,
    events: z
      .array(z.unknown())
      .nullish()
      .transform((events) => (events ?? []).filter(isReadEvent))
      .pipe(z.array(spanEvent)),
    status: z.object({ code: z.int().nullish() }).nullish(),
  })
  .refine(({ startTimeUnixNano, endTimeUnixNano }) => startTimeUnixNano <= endTimeUnixNano, {
    path: ["endTimeUnixNano"],
    message: "the span ends before it starts",
  })
  .transform(
    (raw): Omit<Span, "resource"> => ({
      traceId: raw.traceId,
      spanId: raw.spanId,
      parentSpanId: raw.parentSpanId,
      startedAt: raw.startTimeUnixNano,
      endedAt: raw.endTimeUnixNano,
      failed: raw.status?.code === STATUS_ERROR,
      attributes: raw.attributes,
      events: raw.events,
    }),
  );

/** A log record in OTLP's JSON mapping; what is not read may be anything. */
export const logRecord = z
  .object({
    traceId: optional(identifier(32)),
    spanId: optional(identifier(16)),
    eventName: z.string().nullish(),
    timeUnixNano: nanoseconds.nullish(),
    observedTimeUnixNano: nanoseconds.nullish(),
    attributes: attributeList,
  })
  .transform(
    (raw): Omit<LogRecord, "resource"> => ({
      traceId: raw.traceId,
      spanId: raw.spanId,
      name: raw.eventName || String(raw.attributes.get("event.name") ?? ""),
      at: raw.timeUnixNano || raw.observedTimeUnixNano || 0n,
      attributes: raw.attributes,
    }),
  );

/** Whole milliseconds since the epoch. @param at nanoseconds */
export function toMilliseconds(at: bigint): number {
  return Number(at / 1_000_000n);
}
