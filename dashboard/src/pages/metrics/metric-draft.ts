import { type Absence, absenceOf, type MetricDefinition } from "../../../../src/model/metric.ts";

const SECONDS_PER_HOUR = 3_600;

/** A definition while it is being written: every field is there, numbers may still be missing. */
export interface MetricDraft {
  key: string;
  name: string;
  description: string;
  type: MetricDefinition["type"];
  per: MetricDefinition["per"];
  direction: MetricDefinition["direction"];
  /** What silence means; only of a metric per unit. */
  absent: Absence;
  /** The conversion window in hours; null for none. */
  windowHours: number | null;
  impliedValue?: MetricDefinition["impliedValue"];
  cap: number | null;
  minimum: number | null;
  maximum: number | null;
  quantile: number | null;
  source: string | null;
  distribution: boolean;
  unit: string;
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
    absent: "missing",
    windowHours: null,
    cap: null,
    minimum: null,
    maximum: null,
    quantile: null,
    source: null,
    distribution: false,
    unit: "",
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
  const { absent: _absent, windowSeconds, ...others } = rest;
  return {
    ...others,
    absent: absenceOf(definition) ?? "missing",
    windowHours: windowSeconds === undefined ? null : windowSeconds / SECONDS_PER_HOUR,
    cap,
    minimum,
    maximum,
    quantile,
    source,
  };
}

/** The draft as the API takes it: only the fields that its type has. */
export function toInput(draft: MetricDraft): Record<string, unknown> {
  const { cap, minimum, maximum, quantile, source, absent, windowHours, impliedValue, ...rest } = draft;
  const windowSeconds = windowHours === null ? null : Math.round(windowHours * SECONDS_PER_HOUR);
  const silence = draft.per === "unit" ? { absent, impliedValue: impliedValue ?? null } : {};
  const fields = {
    mean: { cap, minimum, maximum, windowSeconds, ...silence },
    proportion: { windowSeconds, ...silence },
    quantile: { quantile, source },
  }[draft.type];
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
  return { ...rest, name: draft.name.trim(), ...given };
}
