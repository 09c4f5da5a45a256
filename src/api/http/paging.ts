import { z } from "zod";

/** Query numbers arrive as text. */
const integerText = z
  .string()
  .regex(/^\d{1,15}$/, "a whole number")
  .transform(Number);

/** `?limit=` and, for lists ordered by time, `?before=` in epoch milliseconds. */
export const timePage = z.strictObject({
  limit: integerText.pipe(z.int().min(1).max(500)).default(50),
  before: integerText.optional(),
});

export const keyParameter = z.object({ key: z.string().min(1).max(64) });
