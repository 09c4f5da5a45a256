import type { OutcomeEvent } from "#contract/events.ts";
import { MAXIMUM_PROPERTIES } from "#model/experiment/event-properties.ts";
import { metricKeySchema, resourceKeySchema } from "#model/identifiers.ts";
import { MAXIMUM_METRIC_MAGNITUDE } from "#model/metric/metric.ts";
import { invalidUnitReason } from "#model/unit/unit.ts";
import { MAXIMUM_TOKEN_CHARACTERS } from "#model/unit/unit-token.ts";
import { isForbiddenKey } from "#shared/json.ts";

/*
 * Nearly every event is an ordinary one, and a schema takes longer to say so than all the rest of taking it in. What is read here
 * is what the schema would have read; about everything else the schema is asked, which also says what is wrong.
 */

const MAXIMUM_ID_CHARACTERS = 128;
const MAXIMUM_METRICS = 50;
const MAXIMUM_PROPERTY_NAME_CHARACTERS = 64;
const MAXIMUM_PROPERTY_CHARACTERS = 256;

/** Names that have been found valid: apps use few. */
class ValidNames {
  readonly #names = new Set<string>();
  readonly #isValid: (name: string) => boolean;

  constructor(isValid: (name: string) => boolean) {
    this.#isValid = isValid;
  }

  has(name: unknown): name is string {
    if (typeof name !== "string") return false;
    if (this.#names.has(name)) return true;
    if (!this.#isValid(name)) return false;
    if (this.#names.size >= 10_000) this.#names.clear();
    this.#names.add(name);
    return true;
  }
}

const resourceKeys = new ValidNames((name) => resourceKeySchema.safeParse(name).success);
const metricKeys = new ValidNames((name) => metricKeySchema.safeParse(name).success);

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isWholeNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

/** @returns undefined unless all of it are values of metrics */
function readMetrics(raw: unknown): Record<string, number> | undefined {
  if (!isFields(raw)) return undefined;
  const metrics: Record<string, number> = {};
  let count = 0;
  for (const key of Object.keys(raw)) {
    const value = raw[key];
    const number = typeof value === "boolean" ? Number(value) : value;
    if (typeof number !== "number" || !(Math.abs(number) <= MAXIMUM_METRIC_MAGNITUDE)) return undefined;
    if (!metricKeys.has(key)) return undefined;
    metrics[key] = number;
    count += 1;
  }
  return count > 0 && count <= MAXIMUM_METRICS ? metrics : undefined;
}

function isProperty(value: unknown): value is string | number | boolean {
  if (typeof value === "string") return value.length <= MAXIMUM_PROPERTY_CHARACTERS;
  return typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value));
}

/** @returns undefined unless all of it are properties */
function readProperties(raw: unknown): OutcomeEvent["properties"] {
  if (!isFields(raw)) return undefined;
  const properties: NonNullable<OutcomeEvent["properties"]> = {};
  let count = 0;
  for (const key of Object.keys(raw)) {
    const value = raw[key];
    if (key === "" || key.length > MAXIMUM_PROPERTY_NAME_CHARACTERS || isForbiddenKey(key)) return undefined;
    if (!isProperty(value)) return undefined;
    properties[key] = value;
    count += 1;
  }
  return count <= MAXIMUM_PROPERTIES ? properties : undefined;
}

function isId(value: unknown): value is string {
  return (
    typeof value === "string" &&
    value.length > 0 &&
    value.length <= MAXIMUM_ID_CHARACTERS &&
    value.isWellFormed()
  );
}

/**
 * Reads an event if it is an ordinary one: then it is what `outcomeEventSchema` makes of it, and holds nothing that is forbidden
 * anywhere. Sharing nothing with what was sent.
 * @returns undefined where the schema has to be asked
 */
export function readPlainEvent(raw: unknown): OutcomeEvent | undefined {
  if (!isFields(raw)) return undefined;
  const { id, experiment, unit } = raw;
  if (!isId(id) || !resourceKeys.has(experiment)) return undefined;
  if (typeof unit !== "string" || unit === "" || invalidUnitReason(unit) !== undefined) return undefined;
  const metrics = readMetrics(raw.metrics);
  if (!metrics) return undefined;
  const event: OutcomeEvent = { id, experiment, unit, metrics };
  for (const name of Object.keys(raw)) {
    const value = raw[name];
    switch (name) {
      case "id":
      case "experiment":
      case "unit":
      case "metrics":
        break;
      case "variant":
        if (!resourceKeys.has(value)) return undefined;
        event.variant = value;
        break;
      case "phase":
        if (!isWholeNumber(value)) return undefined;
        event.phase = value;
        break;
      case "timestamp":
        if (!isWholeNumber(value)) return undefined;
        event.timestamp = value;
        break;
      case "properties": {
        const properties = readProperties(value);
        if (!properties) return undefined;
        event.properties = properties;
        break;
      }
      case "token":
        if (typeof value !== "string" || value.length > MAXIMUM_TOKEN_CHARACTERS) return undefined;
        event.token = value;
        break;
      default:
        return undefined;
    }
  }
  return event;
}
