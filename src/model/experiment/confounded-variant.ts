import { z } from "zod";
import { resourceKey } from "../identifiers.ts";

/** A treatment that differs from control in more than its experiment is about. */
export const confoundedVariant = z.strictObject({
  variant: resourceKey,
  /** The fields of the version's value that differ besides. */
  fields: z.array(z.string()).min(1),
  /** The same as a sentence. */
  message: z.string(),
});
export type ConfoundedVariant = z.infer<typeof confoundedVariant>;
