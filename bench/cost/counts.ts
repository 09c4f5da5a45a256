import { z } from "zod";

/** What Cloudflare bills, as the counting Worker has counted it. */
export const countsSchema = z.strictObject({
  /** Requests from outside, without those for the counts. */
  workerRequests: z.number(),
  databaseQueries: z.number(),
  databaseRowsRead: z.number(),
  databaseRowsWritten: z.number(),
  /** Calls of Durable Objects, their alarms among them. */
  objectRequests: z.number(),
  alarms: z.number(),
  objectRowsRead: z.number(),
  /** Those of alarms that were set among them. */
  objectRowsWritten: z.number(),
  /** Seconds in which an object had a call or an alarm to answer, summed over objects. */
  objectActiveSeconds: z.number(),
  /** The same with timers and `waitUntil`, which keep an object in memory. */
  objectAliveSeconds: z.number(),
});

/** Rows that Durable Objects have written, by the kind of statement. */
export const writesSchema = z.record(z.string(), z.number());
export const answerSchema = z.strictObject({ counts: countsSchema, writes: writesSchema });
export type Counts = z.infer<typeof countsSchema>;

export const noCounts = (): Counts => ({
  workerRequests: 0,
  databaseQueries: 0,
  databaseRowsRead: 0,
  databaseRowsWritten: 0,
  objectRequests: 0,
  alarms: 0,
  objectRowsRead: 0,
  objectRowsWritten: 0,
  objectActiveSeconds: 0,
  objectAliveSeconds: 0,
});

export const COUNTS_PATH = "/bench/counts";
