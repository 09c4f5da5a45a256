import * as z from "zod";
import { isForbiddenKey } from "#shared/json.ts";
import { invalidUnitReason, MAXIMUM_UNIT_CHARACTERS } from "./unit/unit.ts";
import { MAXIMUM_TOKEN_CHARACTERS } from "./unit/unit-token.ts";

const notForbidden = (key: string) => !isForbiddenKey(key);

/** The permanent name of an AI config, an experiment, a variant or a namespace, as it appears in URLs. */
export const resourceKeySchema = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
    "1 to 64 letters, digits, '.', '_' or '-', starting with a letter or digit",
  )
  .refine(notForbidden, "this word is reserved");

/** The name under which apps log a metric's values. */
export const metricKeySchema = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,63}$/, "1 to 64 lower-case letters, digits or '_', starting with a letter")
  .refine(notForbidden, "this word is reserved");

const textSchema = z
  .string()
  .min(1, "a unit may not be empty")
  .max(MAXIMUM_UNIT_CHARACTERS, `a unit has at most ${MAXIMUM_UNIT_CHARACTERS} characters`);

/** Says why a unit is none. A number names the unit of its digits, and must still have all of them. */
function invalidReason(unit: string | number): string | undefined {
  if (typeof unit === "string") return invalidUnitReason(unit);
  return Number.isSafeInteger(unit)
    ? undefined
    : "a number that is a unit must be whole and below 2^53: larger ones lose digits in JSON, so send a text";
}

function checkUnit(unit: string | number, context: z.RefinementCtx): void {
  const message = invalidReason(unit);
  if (message !== undefined) context.addIssue({ code: "custom", message });
}

/** What is randomized: a user, a conversation, a request. A whole number is its digits. Stored only as a keyed hash. */
export const unitIdentifierSchema = z
  .union([textSchema, z.number()])
  .superRefine(checkUnit)
  .transform(String);

/** A unit where a protocol has it as a text. */
export const unitTextSchema = textSchema.superRefine(checkUnit);

/** With what a server vouches for a unit that a client key names. One that does not hold is as good as none. */
export const unitTokenSchema = z.string().max(MAXIMUM_TOKEN_CHARACTERS);

export const displayNameSchema = z
  .string()
  .min(1)
  .max(200)
  .refine((name) => name.trim() === name, "a name may not begin or end with white space");
export const descriptionSchema = z.string().max(2_000);

/** Milliseconds since the epoch, as every stored and computed time is. */
export const epochMillisecondsSchema = z.int().nonnegative();

/** A time as clients may write it: ISO 8601 or epoch milliseconds. Parsed to the latter. */
export const clientTimestampSchema = z.union([
  z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
  z.int().nonnegative(),
]);
