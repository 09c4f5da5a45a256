import type { AssignmentRequest } from "#contract/assignment.ts";
import { MAXIMUM_ASSIGNMENTS_PER_REQUEST } from "#contract/assignment.ts";
import { resourceKeySchema } from "#model/identifiers.ts";
import { findAttributeError } from "#model/unit/attribute-bounds.ts";
import { invalidUnitReason } from "#model/unit/unit.ts";
import { findForbiddenPath, type JsonObject, jsonObjectSchema } from "#shared/json.ts";

/* What nearly every request for an assignment looks like, read without a schema. About everything else the schema is asked. */

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Keys that have been found valid. */
const validKeys = new Set<string>();
const MAXIMUM_VALID_KEYS = 10_000;

function isResourceKey(value: unknown): value is string {
  if (typeof value !== "string") return false;
  if (validKeys.has(value)) return true;
  if (!resourceKeySchema.safeParse(value).success) return false;
  if (validKeys.size >= MAXIMUM_VALID_KEYS) validKeys.clear();
  validKeys.add(value);
  return true;
}

/** Attributes within all bounds. @returns undefined for anything else */
function readAttributes(value: unknown): JsonObject | undefined {
  if (!isFields(value) || findForbiddenPath(value) || findAttributeError(value)) return undefined;
  const parsed = jsonObjectSchema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

function readOne(raw: unknown, mayHaveAttributes: boolean): AssignmentRequest | undefined {
  if (!isFields(raw)) return undefined;
  const { config, unit } = raw;
  if (!isResourceKey(config)) return undefined;
  if (typeof unit !== "string" || unit === "" || invalidUnitReason(unit) !== undefined) return undefined;
  const request: AssignmentRequest = { config, unit };
  for (const name of Object.keys(raw)) {
    if (name === "config" || name === "unit") continue;
    const value = raw[name];
    if (name === "expose" && typeof value === "boolean") request.expose = value;
    else if (name === "attributes" && mayHaveAttributes) {
      const attributes = readAttributes(value);
      if (!attributes) return undefined;
      request.attributes = attributes;
    } else return undefined;
  }
  return request;
}

/** One request, or a list of them, that need no schema. What a batch brings beyond names is bounded as a whole: by the schema. */
export function readPlainAssignments(raw: unknown): AssignmentRequest | AssignmentRequest[] | undefined {
  if (!isFields(raw)) return undefined;
  const { requests } = raw;
  if (requests === undefined) return readOne(raw, true);
  if (!Array.isArray(requests) || Object.keys(raw).length !== 1) return undefined;
  if (requests.length === 0 || requests.length > MAXIMUM_ASSIGNMENTS_PER_REQUEST) return undefined;
  const plain: AssignmentRequest[] = [];
  for (const one of requests) {
    const request = readOne(one, false);
    if (!request) return undefined;
    plain.push(request);
  }
  return plain;
}
