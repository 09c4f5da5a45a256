import * as z from "zod";
import { resourceKeySchema } from "../identifiers.ts";

/** A treatment that differs from control in more than its experiment is about. */
export const confoundedVariantSchema = z.strictObject({
  variant: resourceKeySchema,
  /** The fields of the version's value that differ besides. */
  fields: z.array(z.string()).min(1),
  /** The same as a sentence. */
  message: z.string(),
});
export type ConfoundedVariant = z.infer<typeof confoundedVariantSchema>;
