import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { failure, ok, type Result } from "#shared/result.ts";
import { isRead } from "./attributes.ts";
import { isReadEvent } from "./otlp.ts";

/** More list elements than this in one request are no telemetry: they would fill the memory with nothing. */
const MAXIMUM_ELEMENTS = 500_000;

/** How a value is written, and how it reads in OTLP's JSON mapping. `present` says only that it is there. */
const SCALARS = {
  string: { wire: WireType.LengthDelimited, read: (reader) => reader.string() },
  hex: { wire: WireType.LengthDelimited, read: (reader) => toHex(reader.bytes()) },
  present: {
    wire: WireType.LengthDelimited,
    read(reader) {
      reader.skip(WireType.LengthDelimited);
      return true;
    },
  },
  bool: { wire: WireType.Varint, read: (reader) => reader.bool() },
  int32: { wire: WireType.Varint, read: (reader) => reader.int32() },
  int64: { wire: WireType.Varint, read: (reader) => BigInt(reader.int64()) },
  fixed64: { wire: WireType.Bit64, read: (reader) => BigInt(reader.fixed64()) },
  double: { wire: WireType.Bit64, read: (reader) => reader.double() },
} satisfies Record<string, { wire: WireType; read: (reader: BinaryReader) => unknown }>;

interface Field {
  name: string;
  holds: keyof typeof SCALARS | Message;
  /** Of a list: those of its elements that are kept. */
  keep?: (element: unknown) => boolean;
}

/** The fields of a message that are read, by number. All others are skipped. */
type Message = Readonly<Record<number, Field>>;

/** A field that may come many times. */
function many(name: string, holds: Message, keep: (element: unknown) => boolean): Field {
  return { name, holds, keep };
}

const holding = (list: string) => (element: unknown) =>
  typeof element === "object" && element !== null && list in element;

const ANY_VALUE: Message = {
  1: { name: "stringValue", holds: "string" },
  2: { name: "boolValue", holds: "bool" },
  3: { name: "intValue", holds: "int64" },
  4: { name: "doubleValue", holds: "double" },
  5: { name: "arrayValue", holds: "present" },
  6: { name: "kvlistValue", holds: "present" },
  7: { name: "bytesValue", holds: "present" },
};
const KEY_VALUE: Message = {
  1: { name: "key", holds: "string" },
  2: { name: "value", holds: ANY_VALUE },
};
const attributes = many("attributes", KEY_VALUE, isRead);
const resource: Field = { name: "resource", holds: { 1: attributes } };

const EVENT: Message = {
  1: { name: "timeUnixNano", holds: "fixed64" },
  2: { name: "name", holds: "string" },
  3: attributes,
};
const SPAN: Message = {
  1: { name: "traceId", holds: "hex" },
  2: { name: "spanId", holds: "hex" },
  4: { name: "parentSpanId", holds: "hex" },
  5: { name: "name", holds: "string" },
  7: { name: "startTimeUnixNano", holds: "fixed64" },
  8: { name: "endTimeUnixNano", holds: "fixed64" },
  9: attributes,
  11: many("events", EVENT, isReadEvent),
  15: { name: "status", holds: { 3: { name: "code", holds: "int32" } } },
};
const LOG_RECORD: Message = {
  1: { name: "timeUnixNano", holds: "fixed64" },
  6: attributes,
  9: { name: "traceId", holds: "hex" },
  10: { name: "spanId", holds: "hex" },
  11: { name: "observedTimeUnixNano", holds: "fixed64" },
  12: { name: "eventName", holds: "string" },
};

/** The numbers are those of opentelemetry-proto; they never change. */
const REQUESTS = {
  traces: {
    1: many(
      "resourceSpans",
      {
        1: resource,
        2: many(
          "scopeSpans",
          {
            1: { name: "scope", holds: { 1: { name: "name", holds: "string" } } },
            2: many("spans", SPAN, () => true),
          },
          holding("spans"),
        ),
      },
      holding("scopeSpans"),
    ),
  },
  logs: {
    1: many(
      "resourceLogs",
      {
        1: resource,
        2: many("scopeLogs", { 2: many("logRecords", LOG_RECORD, () => true) }, holding("logRecords")),
      },
      holding("scopeLogs"),
    ),
  },
} satisfies Record<string, Message>;

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A reader with what is left of its request's list elements. */
interface ReadState {
  reader: BinaryReader;
  elementsLeft: number;
}

function readField(reading: ReadState, { holds }: Field): unknown {
  const { reader } = reading;
  if (typeof holds === "string") return SCALARS[holds].read(reader);
  const length = reader.uint32();
  return readMessage(reading, reader.pos + length, holds);
}

function addTo(message: Record<string, unknown>, { name, keep }: Field, value: unknown, reading: ReadState) {
  if (!keep) {
    message[name] = value;
    return;
  }
  if (!keep(value)) return;
  reading.elementsLeft -= 1;
  if (reading.elementsLeft < 0) throw new RangeError(`there are more than ${MAXIMUM_ELEMENTS} elements`);
  const list = message[name];
  if (Array.isArray(list)) list.push(value);
  else message[name] = [value];
}

/** @param end where the message ends, in bytes from the reader's beginning */
function readMessage(reading: ReadState, end: number, fields: Message): Record<string, unknown> {
  const { reader } = reading;
  if (end > reader.len) throw new RangeError("a message is longer than what holds it");
  const message: Record<string, unknown> = {};
  while (reader.pos < end) {
    const [number, wire] = reader.tag();
    const field = fields[number];
    const expected = typeof field?.holds === "string" ? SCALARS[field.holds].wire : WireType.LengthDelimited;
    if (field && wire === expected) addTo(message, field, readField(reading, field), reading);
    else reader.skip(wire, number);
  }
  if (reader.pos !== end) throw new RangeError("a field is longer than its message");
  return message;
}

/**
 * Reads an OTLP export request from protobuf's wire format into OTLP's JSON mapping, which `decode-json.ts` checks:
 * identifiers in hexadecimal digits, 64-bit numbers as `bigint`, and only what is read.
 */
export function decodeProtobuf(bytes: Uint8Array, request: keyof typeof REQUESTS): Result<unknown, string> {
  const reading = { reader: new BinaryReader(bytes), elementsLeft: MAXIMUM_ELEMENTS };
  try {
    return ok(readMessage(reading, bytes.byteLength, REQUESTS[request]));
  } catch (cause) {
    return failure(cause instanceof Error ? cause.message : String(cause));
  }
}
