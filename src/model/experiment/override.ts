import * as z from "zod";
import {
  descriptionSchema,
  epochMillisecondsSchema,
  resourceKeySchema,
  unitIdentifierSchema,
} from "../identifiers.ts";

/** Every assignment of the experiment reads them. */
export const MAXIMUM_OVERRIDES = 100;

/** A unit that the hash does not decide about: it is forced to a variant, or excluded. What it does counts nowhere. */
export const overrideSchema = z.strictObject({
  /** By which assignment recognizes the unit: 16 hexadecimal digits, of its name and the experiment's key. */
  unit: z.string().regex(/^[0-9a-f]{16}$/),
  /** The variant that it gets; null where it is excluded, as if there were no such experiment. */
  variant: resourceKeySchema.nullable(),
  /** Whose unit it is: the name itself is not kept. */
  note: z.string(),
  actor: z.string(),
  at: epochMillisecondsSchema,
});
export type Override = z.infer<typeof overrideSchema>;

/** What assignment reads of an override. */
export const servedOverrideSchema = overrideSchema.pick({ unit: true, variant: true });

/** The body that forces or excludes a unit; one that is overridden already is overridden anew. */
export const overrideInputSchema = z
  .strictObject({
    unit: unitIdentifierSchema,
    /** Null excludes the unit. */
    variant: resourceKeySchema.nullable(),
    note: descriptionSchema.default(""),
    /** Refuse when the experiment has changed since this revision was read. */
    revision: z.int().positive().optional(),
  })
  .meta({ id: "OverrideInput" });
export type OverrideInput = z.infer<typeof overrideInputSchema>;
