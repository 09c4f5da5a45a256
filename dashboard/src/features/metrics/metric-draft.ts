import { type Absence, absenceOf, type MetricDefinition } from "#model/metric/metric.ts";

const SECONDS_PER_HOUR = 3_600;

/** A definition while it is being written: every field is there, numbers may still be missing. */
export interface MetricDraft {
  key: string;
  name: string;
  description: string;
  type: MetricDefinition["type"];
  per: MetricDefinition["per"];
  direction: MetricDefinition["direction"];
  trust: MetricDefinition["trust"];
  /** What silence means; only of a metric per unit. */
  absent: Absence;
  /** The conversion window in hours; null for none. */
  windowHours: number | null;
  impliedValue?: MetricDefinition["impliedValue"];
  cap: number | null;
  minimum: number | null;
  maximum: number | null;
  /** The logged keys of a ratio or of another metric's values; empty for its own. */
  numerator: string;
  denominator: string;
  /** A property and its value a line: "language = de". */
  filter: string;
  quantile: number | null;
  source: string | null;
  distribution: boolean;
  displayUnit: string;
}

/** What a new definition starts with. @param key what apps already log, or empty */
export function newDraft(key: string): MetricDraft {
  return {
    key,
    name: key === "" ? "" : titleOf(key),
    description: "",
    type: "mean",
    per: "event",
    direction: "increase",
    trust: "any",
    absent: "missing",
    windowHours: null,
    cap: null,
    minimum: null,
    maximum: null,
    numerator: "",
    denominator: "",
    filter: "",
    quantile: null,
    source: null,
    distribution: false,
    displayUnit: "",
  };
}

/** A first guess at a name: "time_to_first_token" → "Time to first token". */
function titleOf(key: string): string {
  const words = key.replaceAll("_", " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** An existing definition, to be changed. */
export function draftOf(definition: MetricDefinition): MetricDraft {
  const { cap = null, minimum = null, maximum = null, quantile = null, source = null, ...rest } = definition;
  const { absent: _absent, windowSeconds, numerator = "", denominator = "", filter = {}, ...others } = rest;
  return {
    ...others,
    absent: absenceOf(definition) ?? "missing",
    windowHours: windowSeconds === undefined ? null : windowSeconds / SECONDS_PER_HOUR,
    numerator,
    denominator,
    filter: writeFilter(filter),
    cap,
    minimum,
    maximum,
    quantile,
    source,
  };
}

const orNull = (text: string) => (text.trim() === "" ? null : text.trim());

type EventFilter = NonNullable<MetricDefinition["filter"]>;

/** Numbers and yes or no stand bare, texts too unless they look like one of those. */
function writeFilter(filter: EventFilter): string {
  return Object.entries(filter)
    .map(
      ([name, value]) =>
        `${name} = ${readValue(String(value)) === value ? String(value) : JSON.stringify(value)}`,
    )
    .join("\n");
}

function readValue(text: string): string | number | boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
      ? value
      : text;
  } catch {
    return text;
  }
}

/** @returns what is typed; a line without "=" goes through as a property without a value, for the API to refuse */
function readFilter(text: string): EventFilter | null {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  if (lines.length === 0) return null;
  return Object.fromEntries(
    lines.map((line) => {
      const [name = "", ...rest] = line.split("=");
      return [name.trim(), readValue(rest.join("=").trim())];
    }),
  );
}

/** The draft as the API takes it: only the fields that its type has. */
export function toInput(draft: MetricDraft): Record<string, unknown> {
  const { cap, minimum, maximum, quantile, source, absent, windowHours, impliedValue, ...others } = draft;
  const { numerator, denominator, filter, ...rest } = others;
  const values = { numerator: orNull(numerator), filter: readFilter(filter) };
  const windowSeconds = windowHours === null ? null : Math.round(windowHours * SECONDS_PER_HOUR);
  const silence = draft.per === "unit" ? { absent, impliedValue: impliedValue ?? null } : {};
  const fields = {
    mean: { cap, minimum, maximum, windowSeconds, ...silence, ...values, denominator: orNull(denominator) },
    proportion: { windowSeconds, ...silence, ...values },
    quantile: { quantile, source },
  }[draft.type];
  const filledFields = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
  return { ...rest, name: draft.name.trim(), ...filledFields };
}
