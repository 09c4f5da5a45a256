import { z } from "zod";

/** Where an entry came from; entries from before that was kept do not tell. */
const origin = {
  /** the id of the API key */
  a: z.string().optional(),
  /** who vouches for the unit, where it is not the key itself: a token, or nobody */
  b: z.enum(["token", "nobody"]).optional(),
  /** the id of the key that signed the token or made the handle */
  s: z.string().optional(),
};

/** The unit was first seen in another phase of weights, and counts there only. */
const elsewhere = { n: z.literal(true).optional() };

/** Field names are short because every event of an experiment's life is stored with them. */
export const exposureEntrySchema = z.strictObject({
  k: z.literal("exposure"),
  /** unit, as its keyed hash */
  u: z.string(),
  /** variant */
  v: z.string(),
  /** when, epoch milliseconds */
  t: z.int(),
  /** received, epoch milliseconds */
  r: z.int().optional(),
  /** covariates: what was known of the unit from before, per metric */
  c: z.record(z.string(), z.number()).optional(),
  /** history: an earlier experiment of Bakeoff's own knows the covariates */
  h: z.literal(true).optional(),
  ...origin,
  ...elsewhere,
});
export type ExposureEntry = z.infer<typeof exposureEntrySchema>;

export const outcomeEntrySchema = z.strictObject({
  k: z.literal("outcome"),
  id: z.string(),
  u: z.string(),
  v: z.string(),
  t: z.int(),
  /** received, epoch milliseconds */
  r: z.int(),
  /** metric values */
  m: z.record(z.string(), z.number()),
  /** late, as the intake found */
  l: z.literal(true).optional(),
  /** properties */
  p: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  ...origin,
  ...elsewhere,
});
export type OutcomeEntry = z.infer<typeof outcomeEntrySchema>;

/** One line of the event log: enough to rebuild every total from nothing. */
export const logEntrySchema = z.discriminatedUnion("k", [exposureEntrySchema, outcomeEntrySchema]);
export type LogEntry = z.infer<typeof logEntrySchema>;
