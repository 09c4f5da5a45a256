import { KIND_NAMES } from "../attribution/span-kinds.ts";
import { NAMES, UNIT_ATTRIBUTES } from "./names.ts";

const READ: ReadonlySet<string> = new Set([
  ...Object.values(NAMES).flat(),
  ...UNIT_ATTRIBUTES,
  ...KIND_NAMES,
]);

/**
 * True for attributes that are read. All others, and with them whatever was said to a model and by it, are dropped while
 * a request is decoded.
 */
export function isRead(attribute: unknown): attribute is { key: string } {
  if (typeof attribute !== "object" || attribute === null) return false;
  const key: unknown = Reflect.get(attribute, "key");
  return typeof key === "string" && READ.has(key);
}

/** Whole numbers that a double cannot hold exactly are `bigint`. */
export type AttributeValue = string | number | bigint | boolean;

/** Stands where a value is that cannot be read, with the reason: `is no number`. */
export interface Unreadable {
  readonly unreadable: string;
}

export type Attributes = ReadonlyMap<string, AttributeValue | Unreadable>;

const NO_NUMBER: Unreadable = { unreadable: "is no number" };
const WRONG_TYPE: Unreadable = { unreadable: "has a value of another type than it says" };
const TOO_LONG: Unreadable = { unreadable: "is too long" };
const COMPOUND: Unreadable = { unreadable: "holds a list, a map or bytes" };

const WHOLE = /^-?\d{1,40}$/;
const DECIMAL = /^-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

const MINIMUM_INT64 = -(2n ** 63n);
const MAXIMUM_INT64 = 2n ** 63n - 1n;

/** Names, identifiers and models are far shorter. What is read is compared and kept with every span that it concerns. */
const MAXIMUM_TEXT_CHARACTERS = 4_096;

function readText(raw: unknown): string | Unreadable {
  if (typeof raw !== "string") return WRONG_TYPE;
  return raw.length > MAXIMUM_TEXT_CHARACTERS ? TOO_LONG : raw;
}

function readWhole(raw: unknown): number | bigint | Unreadable {
  // Beyond 64 bits there are numbers too: OpenTelemetry's own encoder for JSON writes large doubles so.
  if (typeof raw === "number") return Number.isInteger(raw) ? raw : NO_NUMBER;
  if (typeof raw !== "bigint" && !(typeof raw === "string" && WHOLE.test(raw))) return NO_NUMBER;
  const value = BigInt(raw);
  const isExact = value < MINIMUM_INT64 || value > MAXIMUM_INT64 || Number.isSafeInteger(Number(value));
  return isExact ? Number(value) : value;
}

/** ProtoJSON may write a double as a text. */
function readDouble(raw: unknown): number | Unreadable {
  const value = typeof raw === "string" && DECIMAL.test(raw) ? Number(raw) : raw;
  return typeof value === "number" && Number.isFinite(value) ? value : NO_NUMBER;
}

const READERS: readonly [string, (raw: unknown) => AttributeValue | Unreadable][] = [
  ["stringValue", readText],
  ["boolValue", (raw) => (typeof raw === "boolean" ? raw : WRONG_TYPE)],
  ["intValue", readWhole],
  ["doubleValue", readDouble],
  ["arrayValue", () => COMPOUND],
  ["kvlistValue", () => COMPOUND],
  ["bytesValue", () => COMPOUND],
];

/** Reads an `AnyValue` in OTLP's JSON mapping; undefined where it holds nothing. */
function readAnyValue(raw: unknown): AttributeValue | Unreadable | undefined {
  if (raw === undefined || raw === null) return undefined;
  if (typeof raw !== "object") return WRONG_TYPE;
  for (const [field, read] of READERS) {
    const value: unknown = Reflect.get(raw, field);
    if (value !== undefined && value !== null) return read(value);
  }
  // JSON has no NaN: writers of JSON put null in its place.
  return "doubleValue" in raw || "intValue" in raw ? NO_NUMBER : undefined;
}

/**
 * Reads a list of attributes in OTLP's JSON mapping: those that are read, by their names. One without a value is none;
 * one whose value cannot be read stays in its place, so that it costs nothing but itself.
 */
export function readAttributes(raw: unknown): Attributes {
  if (raw === undefined || raw === null) return new Map();
  if (!Array.isArray(raw)) return new Map([["attributes", { unreadable: "are no list" }]]);
  const attributes = new Map<string, AttributeValue | Unreadable>();
  for (const entry of raw) {
    if (!isRead(entry)) continue;
    const value = readAnyValue(Reflect.get(entry, "value"));
    if (value !== undefined) attributes.set(entry.key, value);
  }
  return attributes;
}

/** The same attributes where whole numbers beyond 2^53 are known to be rounded. */
export function roundWholeNumbers(attributes: Attributes): Attributes {
  const isExact = (value: AttributeValue | Unreadable) => typeof value !== "bigint";
  if ([...attributes.values()].every(isExact)) return attributes;
  return new Map(
    [...attributes].map(([name, value]) => [name, typeof value === "bigint" ? Number(value) : value]),
  );
}

/** True where an attribute's value cannot be read. */
export function isUnreadable(value: AttributeValue | Unreadable | undefined): value is Unreadable {
  return typeof value === "object";
}

/** The value of the first of some names that is there and can be read. */
export function firstOf(attributes: Attributes, names: readonly string[]): AttributeValue | undefined {
  for (const name of names) {
    const value = attributes.get(name);
    if (value !== undefined && !isUnreadable(value)) return value;
  }
  return undefined;
}

/** As {@link firstOf}, for a text; an empty one says nothing. */
export function textOf(attributes: Attributes, names: readonly string[]): string | undefined {
  const value = firstOf(attributes, names);
  return value === undefined || value === "" ? undefined : String(value);
}

/**
 * Why something that names a unit, a variant or the like cannot be told, although it is there.
 * @returns undefined where it can be told, or is not there
 */
export function findNamingError(attributes: Attributes, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = attributes.get(name);
    if (isUnreadable(value)) return `${name} ${value.unreadable}`;
    // Such a number has been rounded before it got here: it stands for many.
    if (typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value)) {
      return `${name} is a number too large to be exact`;
    }
  }
  return undefined;
}
