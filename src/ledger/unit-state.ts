import * as z from "zod";
import { unitBucketSchema } from "#model/analysis/moments.ts";

/** What the ledger knows of one unit. Names are short because there is one row per unit. */
export const unitStateSchema = z.strictObject({
  /** The variant it was first seen in. */
  v: z.string(),
  /** When it was first seen, epoch milliseconds; kept only where a metric has a conversion window. */
  e: z.int().optional(),
  /** True once it was seen in a second variant: then it counts nowhere. */
  x: z.boolean(),
  /** The phase of weights in which it was first seen, and counts; 0 where it is left out. */
  p: z.int().positive().optional(),
  /** It has been seen in other phases only than the one that it counts in, which is not known yet. */
  n: z.literal(true).optional(),
  /** The other phases in which it was seen. */
  r: z.array(z.int().nonnegative()).optional(),
  /** It was first seen in an excluded stretch of time, and counts nowhere. */
  l: z.literal(true).optional(),
  /** True once it had an outcome event; units from before that was noted have none. */
  o: z.literal(true).optional(),
  /** When its exposure was received, where that was before its first outcome; units from before that was noted have none. */
  g: z.int().optional(),
  /** When its first outcome was received, where no exposure was received before. */
  f: z.int().optional(),
  /** True once an event of it was left out of a metric, beyond the most that one unit may have. */
  h: z.literal(true).optional(),
  /** Sum and count of the (capped) values per metric. */
  s: z.record(z.string(), z.tuple([z.number(), z.number()])),
  /** Which of its values fall into which bucket, per key with a distribution. */
  q: z.record(z.string(), z.array(unitBucketSchema).readonly()).optional(),
  /** How many events of it were counted, and of what kinds, as `tally.ts` places them. */
  t: z.array(z.int().nonnegative()).default(() => []),
  /** Covariates per metric, and what `adjusters.ts` keeps of attributes. */
  c: z.record(z.string(), z.number()).optional(),
  /** Fingerprints of the first keys by which the log knows of it; units from before that was noted have none. */
  k: z.array(z.number()).optional(),
  /** Fingerprints of the newest event ids. */
  i: z.array(z.number()),
  /** How many older fingerprints are stored beside this row. */
  b: z.int().nonnegative(),
});
export type UnitState = z.infer<typeof unitStateSchema>;

/** @param exposedAt where a metric has a conversion window */
export function newUnitState(
  variant: string,
  { phase = 0, exposedAt }: { phase?: number; exposedAt?: number } = {},
): UnitState {
  return {
    v: variant,
    ...(phase > 0 && { p: phase }),
    ...(exposedAt !== undefined && { e: exposedAt }),
    x: false,
    s: {},
    t: [],
    i: [],
    b: 0,
  };
}

/** A new state with what is known of a unit from phases in which it does not count. */
export function withSightings(created: UnitState, before: UnitState | undefined): UnitState {
  return before ? { ...created, r: before.r, t: before.t, k: before.k, i: before.i, b: before.b } : created;
}

/** About so much memory a unit's state takes without its lists, and an element of each: measured generously. */
const STATE_BYTES = 500;
const SUM_BYTES = 100;
const BUCKET_BYTES = 120;
const NUMBER_BYTES = 16;

/** About so much memory a unit's state takes. */
export function bytesOfUnit({ s, q, c, i, t }: UnitState): number {
  let bytes = STATE_BYTES + (i.length + t.length) * NUMBER_BYTES;
  for (const _metric in s) bytes += SUM_BYTES;
  for (const _metric in c) bytes += SUM_BYTES;
  for (const key in q) bytes += (q[key]?.length ?? 0) * BUCKET_BYTES;
  return bytes;
}
