import { z } from "zod";
import { ROUTES } from "#api/routes/index.ts";

/** True for what is one value, however it is wrapped. */
function isScalar(schema: unknown): boolean {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault) {
    return isScalar(schema.unwrap());
  }
  const scalars = [z.ZodString, z.ZodNumber, z.ZodBoolean, z.ZodEnum, z.ZodLiteral];
  return scalars.some((scalar) => schema instanceof scalar);
}

/** The fields of a schema of objects that may hold lists or objects, those of all its alternatives included. */
function fieldsOf(schema: z.ZodType): string[] {
  if (schema instanceof z.ZodObject) {
    return Object.entries(schema.shape).flatMap(([name, field]) => (isScalar(field) ? [] : [name]));
  }
  if (schema instanceof z.ZodUnion) {
    return schema.options.flatMap((option) => (option instanceof z.ZodType ? fieldsOf(option) : []));
  }
  return [];
}

/**
 * Every route that takes JSON, at an address of the experiment `wide-experiment`, with the fields of its body that hold
 * lists or objects.
 */
export const JSON_ROUTES = ROUTES.flatMap(({ method, path, body, failures, keyParameter }) =>
  body && !failures && !keyParameter
    ? [
        {
          method,
          path: path.replace(":version", "1").replace(/:\w+/g, "wide-experiment"),
          names: [...new Set(["variants", ...fieldsOf(body)])],
        },
      ]
    : [],
);
