import type * as z from "zod";
import { type JsonObject, jsonObjectSchema } from "#shared/json.ts";
import { findAttributeError } from "./attribute-bounds.ts";

/** For a schema's `superRefine`: the first place at which attributes are too much. */
export function refuseTooMuch(value: JsonObject, context: z.RefinementCtx): void {
  const validationError = findAttributeError(value);
  if (!validationError) return;
  const { path, message } = validationError;
  context.addIssue({ code: "custom", path: [...path], message, params: { code: "too_big" } });
}

/** What targeting conditions read of a unit. Stored are those alone that an experiment names, with its exposure. */
export const attributesSchema = jsonObjectSchema.superRefine(refuseTooMuch);
