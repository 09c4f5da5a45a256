import * as z from "zod";

/** What a log reader answers. */
export const readingSchema = z.discriminatedUnion("state", [
  /** @param progress from 0 to 1 */
  z.strictObject({ state: z.literal("running"), progress: z.number().min(0).max(1) }),
  /** The result, or why there is none, as JSON. */
  z.strictObject({ state: z.literal("done"), result: z.string() }),
  /** The log could not be read, also not by asking again and again. */
  z.strictObject({ state: z.literal("failed") }),
]);
export type Reading = z.infer<typeof readingSchema>;
