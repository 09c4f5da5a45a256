import * as z from "zod";
import { type Attributes, firstOf, readAttributes } from "./attributes.ts";
import { EVENT_NAMES, NAMES } from "./names.ts";

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
  name: string;
  /** The name of the instrumentation that made it. */
  scope: string;
  /** Nanoseconds since the epoch; undefined where it is not told. */
  startedAt: bigint | undefined;
  endedAt: bigint | undefined;
  failed: boolean;
  attributes: Attributes;
  events: readonly SpanEvent[];
  resource: Attributes;
  /** What of it could not be read, one reason each. */
  leftOut: readonly string[];
}

/** What is read of a log record. */
export interface LogRecord {
  name: string;
  /** Nanoseconds since the epoch; undefined where it is not told. */
  at: bigint | undefined;
  traceId: string | undefined;
  spanId: string | undefined;
  attributes: Attributes;
  resource: Attributes;
  leftOut: readonly string[];
}

/** ProtoJSON writes a status by its number or its name. */
const STATUS_CODES: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  [undefined, false],
  [null, false],
  [0, false],
  [1, false],
  [2, true],
  ["STATUS_CODE_UNSET", false],
  ["STATUS_CODE_OK", false],
  ["STATUS_CODE_ERROR", true],
]);

const MAXIMUM_FIXED64 = 2n ** 64n - 1n;

/** Nanoseconds since the epoch. By OpenTelemetry's data model 0 is no time. */
const nanosecondsSchema = z
  .union([
    z.bigint(),
    z.string().regex(/^\d{1,20}$/),
    z
      .number()
      .nonnegative()
      .refine((count) => Number.isInteger(count)),
  ])
  .transform(BigInt)
  .refine((count) => count > 0n && count <= MAXIMUM_FIXED64);

/** An identifier in hexadecimal digits, of which one is not 0. */
function identifier(digits: number) {
  return z
    .string()
    .regex(new RegExp(`^(?!0*$)[0-9a-fA-F]{${digits}}$`), `this is no identifier of ${digits} digits`)
    .toLowerCase();
}

const traceIdSchema = identifier(32);
const spanIdSchema = identifier(16);

/** A part that may be missing, and is read by itself. */
const anythingSchema = z.unknown().optional();

const isAbsent = (raw: unknown) => raw === undefined || raw === null || raw === "";

/** Reads a part that may be missing. What it cannot be read as is noted, and then missing. */
function readPart<Schema extends z.ZodType>(
  schema: Schema,
  raw: unknown,
  validationError: string,
  leftOut: string[],
): z.output<Schema> | undefined {
  if (isAbsent(raw)) return undefined;
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  leftOut.push(validationError);
  return undefined;
}

const READ_EVENTS: ReadonlySet<unknown> = new Set(Object.values(EVENT_NAMES).flat());

/** True for span events that are read; all others are dropped while a request is decoded. */
export function isReadEvent(event: unknown): boolean {
  return typeof event === "object" && event !== null && READ_EVENTS.has(Reflect.get(event, "name"));
}

const CHUNK_EVENTS: ReadonlySet<unknown> = new Set(EVENT_NAMES.firstChunk);

/** True for span events that may become an entry of their own: evaluations. */
export function isObservation(event: unknown): boolean {
  return isReadEvent(event) && !CHUNK_EVENTS.has(Reflect.get(Object(event), "name"));
}

const spanEventSchema = z
  .object({ name: z.string(), timeUnixNano: nanosecondsSchema, attributes: anythingSchema })
  .transform(({ name, timeUnixNano: at, attributes }): SpanEvent => {
    return { name, at, attributes: readAttributes(attributes) };
  });

function readEvents(raw: unknown, leftOut: string[]): SpanEvent[] {
  if (isAbsent(raw)) return [];
  if (!Array.isArray(raw)) {
    leftOut.push("events are no list");
    return [];
  }
  return raw
    .filter(isReadEvent)
    .flatMap((event) => readPart(spanEventSchema, event, "an event has no time", leftOut) ?? []);
}

function readFailed(raw: unknown, leftOut: string[]): boolean {
  const code: unknown = typeof raw === "object" && raw !== null ? Reflect.get(raw, "code") : raw;
  const failed = STATUS_CODES.get(code);
  if (failed === undefined) leftOut.push("status is none of unset, ok and error");
  return failed ?? false;
}

const NO_TIME = "is no time";

/**
 * A span in OTLP's JSON mapping; what is not read may be anything. Its identifiers must be there: without them a span
 * that is sent again would count again. Whatever else cannot be read is left out, and the span stays.
 */
export const spanSchema = z
  .object({
    traceId: traceIdSchema,
    spanId: spanIdSchema,
    parentSpanId: anythingSchema,
    name: anythingSchema,
    startTimeUnixNano: anythingSchema,
    endTimeUnixNano: anythingSchema,
    attributes: anythingSchema,
    events: anythingSchema,
    status: anythingSchema,
  })
  .transform((raw): Omit<Span, "resource" | "scope"> => {
    const leftOut: string[] = [];
    const time = (name: "startTimeUnixNano" | "endTimeUnixNano") =>
      readPart(nanosecondsSchema, raw[name], `${name} ${NO_TIME}`, leftOut);
    return {
      traceId: raw.traceId,
      spanId: raw.spanId,
      parentSpanId: readPart(spanIdSchema, raw.parentSpanId, "parentSpanId is no identifier", leftOut),
      name: typeof raw.name === "string" ? raw.name : "",
      startedAt: time("startTimeUnixNano"),
      endedAt: time("endTimeUnixNano"),
      failed: readFailed(raw.status, leftOut),
      attributes: readAttributes(raw.attributes),
      events: readEvents(raw.events, leftOut),
      leftOut,
    };
  });

/** A log record in OTLP's JSON mapping; what is not read may be anything, and what cannot be read is left out. */
export const logRecordSchema = z
  .object({
    traceId: anythingSchema,
    spanId: anythingSchema,
    eventName: anythingSchema,
    timeUnixNano: anythingSchema,
    observedTimeUnixNano: anythingSchema,
    attributes: anythingSchema,
  })
  .transform((raw): Omit<LogRecord, "resource"> => {
    const leftOut: string[] = [];
    const attributes = readAttributes(raw.attributes);
    const time = (name: "timeUnixNano" | "observedTimeUnixNano") => {
      // Zero is how protobuf's mapping writes a time that is not there.
      const isZero = raw[name] === 0 || raw[name] === "0" || raw[name] === 0n;
      return isZero ? undefined : readPart(nanosecondsSchema, raw[name], `${name} ${NO_TIME}`, leftOut);
    };
    const eventName = raw.eventName || firstOf(attributes, NAMES.eventName);
    return {
      traceId: readPart(traceIdSchema, raw.traceId, "traceId is no identifier", leftOut),
      spanId: readPart(spanIdSchema, raw.spanId, "spanId is no identifier", leftOut),
      name: typeof eventName === "string" ? eventName : "",
      at: time("timeUnixNano") ?? time("observedTimeUnixNano"),
      attributes,
      leftOut,
    };
  });

/** Whole milliseconds since the epoch. @param at nanoseconds */
export function toMilliseconds(at: bigint): number {
  return Number(at / 1_000_000n);
}
