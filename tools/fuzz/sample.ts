import { z } from "zod";
import type { Choice } from "./choice.ts";

/** The parts of a JSON schema by which a value is made. */
interface JsonSchema {
  $ref?: string;
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: (JsonSchema | boolean)[];
  oneOf?: (JsonSchema | boolean)[];
  allOf?: (JsonSchema | boolean)[];
  properties?: Record<string, JsonSchema | boolean>;
  required?: string[];
  additionalProperties?: JsonSchema | boolean;
  items?: JsonSchema | boolean;
  minItems?: number;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  $defs?: Record<string, JsonSchema>;
}

const MAXIMUM_DEPTH = 8;

/** What things that must exist are called; a text that is one of them is found. */
export const NAMES = [
  "fuzz",
  "fuzz-other",
  "control",
  "treatment",
  "task_success",
  "latency_ms",
  "unit-1",
] as const;

function sampleText({ minLength = 0 }: JsonSchema, choice: Choice): string {
  return choice.from(NAMES).padEnd(minLength, "x");
}

function sampleNumber({ type, minimum = 0, maximum = minimum + 10 }: JsonSchema, choice: Choice): number {
  const bounded = Math.min(maximum, minimum + 100);
  const value = minimum + (bounded - minimum) * choice.from([0, 0.25, 0.5, 1]);
  return type === "integer" ? Math.round(value) : value;
}

function sampleObject(schema: JsonSchema, root: JsonSchema, choice: Choice, depth: number): unknown {
  const { properties = {}, required = [], additionalProperties } = schema;
  const entries = Object.entries(properties).flatMap(([name, property]) =>
    required.includes(name) || choice.happens(0.4)
      ? [[name, sampleAt(property, root, choice, depth + 1)]]
      : [],
  );
  if (typeof additionalProperties === "object") {
    entries.push([choice.from(NAMES), sampleAt(additionalProperties, root, choice, depth + 1)]);
  }
  return Object.fromEntries(entries);
}

function sampleAt(schema: JsonSchema | boolean, root: JsonSchema, choice: Choice, depth: number): unknown {
  if (typeof schema === "boolean" || depth > MAXIMUM_DEPTH) return null;
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split("/").at(-1) ?? "";
    return sampleAt(schema.$ref === "#" ? root : (root.$defs?.[name] ?? {}), root, choice, depth + 1);
  }
  if ("const" in schema) return schema.const;
  if (schema.enum) return choice.among(schema.enum);
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives) return sampleAt(choice.among(alternatives) ?? {}, root, choice, depth + 1);
  if (schema.allOf) {
    return Object.assign({}, ...schema.allOf.map((part) => sampleAt(part, root, choice, depth + 1)));
  }
  switch (schema.type) {
    case "object":
      return sampleObject(schema, root, choice, depth);
    case "array":
      return Array.from({ length: Math.max(schema.minItems ?? 0, 1 + choice.below(3)) }, () =>
        sampleAt(schema.items ?? {}, root, choice, depth + 1),
      );
    case "string":
      return sampleText(schema, choice);
    case "integer":
    case "number":
      return sampleNumber(schema, choice);
    case "boolean":
      return choice.happens(0.5);
    default:
      return choice.from([null, 1, "text", {}, []]);
  }
}

const jsonSchemas = new WeakMap<z.ZodType, JsonSchema>();

/** A value that fits what a schema says in JSON schema, or nearly: checks that JSON schema cannot say may refuse it. */
export function sample(schema: z.ZodType, choice: Choice): unknown {
  const known = jsonSchemas.get(schema);
  const jsonSchema: JsonSchema =
    known ?? (z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as JsonSchema);
  jsonSchemas.set(schema, jsonSchema);
  return sampleAt(jsonSchema, jsonSchema, choice, 0);
}
