import * as z from "zod";

/** RFC 9457 problem details, with a stable code and one entry per refused field. */
export const problemSchema = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string(),
    /** In how long the same request may be answered otherwise; told in the header Retry-After too. */
    retryAfterSeconds: z.int().positive().optional(),
    /** The first ones, each with a JSON pointer to the fault. */
    errors: z.array(z.strictObject({ path: z.string(), code: z.string(), message: z.string() })).optional(),
    /** How many more faults there are than `errors` lists. */
    moreErrors: z.int().positive().optional(),
  })
  .meta({ id: "Problem" });
export type Problem = z.infer<typeof problemSchema>;
