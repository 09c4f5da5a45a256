import * as z from "zod";

/** How far an answer is that takes long. Whoever asks again gets it once it is ready. */
export const readingProgressSchema = z
  .strictObject({
    state: z.literal("running"),
    /** The share of the event log that has been read, from 0 to 1. */
    progress: z.number().min(0).max(1),
  })
  .meta({ id: "ReadingProgress" });
export type ReadingProgress = z.infer<typeof readingProgressSchema>;

/** In how many seconds to ask again, where the answer does not tell. */
export const READING_RETRY_SECONDS = 1;
