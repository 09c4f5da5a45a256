import * as z from "zod";

/** Query numbers arrive as text. */
const integerTextSchema = z
  .string()
  .regex(/^\d{1,15}$/, "a whole number")
  .transform(Number);

/** `?limit=` and, for lists ordered by time, `?before=` in epoch milliseconds. */
export const timePageSchema = z.strictObject({
  limit: integerTextSchema.pipe(z.int().min(1).max(500)).default(50),
  before: integerTextSchema.optional(),
});

/** `?limit=` and `?before=`, the number of a version: only older ones are listed. What each holds may be long. */
export const versionPageSchema = z.strictObject({
  limit: integerTextSchema.pipe(z.int().min(1).max(50)).default(50),
  before: integerTextSchema.optional(),
});

export const keyParameterSchema = z.object({ key: z.string().min(1).max(64) });

/** `?archived=true` lists what is archived too. */
export const archivedQuerySchema = z.strictObject({
  archived: z
    .enum(["true", "false"])
    .default("false")
    .transform((text) => text === "true"),
});
