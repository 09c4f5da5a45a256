import * as z from "zod";
import { clientTimestampSchema, descriptionSchema, epochMillisecondsSchema } from "../identifiers.ts";

/** Every event of an experiment is held against each of them. */
export const MAXIMUM_EXCLUSIONS = 10;

/** A stretch of time, from its first moment to the one before `until`; epoch milliseconds. */
export const stretchSchema = z.strictObject({
  from: epochMillisecondsSchema,
  until: epochMillisecondsSchema,
});
export type Stretch = z.infer<typeof stretchSchema>;

/** What happened in a stretch of time counts nowhere, and neither does a unit that was first seen in it. */
export const exclusionSchema = stretchSchema.extend({
  reason: z.string(),
  actor: z.string(),
  /** When a person said so. */
  at: epochMillisecondsSchema,
  /** When the totals had been counted anew without it; null until then. */
  countedAt: epochMillisecondsSchema.nullable(),
  /** Whether anything that counted before was part of it. */
  hasChangedTotals: z.boolean(),
});
export type Exclusion = z.infer<typeof exclusionSchema>;

/** The body of an exclusion. */
export const exclusionInputSchema = z
  .strictObject({
    /** The first moment that is left out. */
    from: clientTimestampSchema,
    /** The first moment that counts again. */
    until: clientTimestampSchema,
    reason: descriptionSchema.min(1),
    /** Refuse when the experiment has changed since this revision was read. */
    revision: z.int().positive().optional(),
  })
  .meta({ id: "ExclusionInput" });

/** Whether something happened in one of the stretches. @param at epoch milliseconds */
export function isExcluded(at: number, stretches: readonly Stretch[]): boolean {
  return stretches.some(({ from, until }) => from <= at && at < until);
}

/** Both lists together, each stretch once: an exclusion is never taken back. */
export function joinStretches(some: readonly Stretch[], others: readonly Stretch[]): Stretch[] {
  const isKnown = (other: Stretch) =>
    some.some(({ from, until }) => from === other.from && until === other.until);
  return [...some, ...others.filter((other) => !isKnown(other))].map(({ from, until }) => ({ from, until }));
}

/** When totals last became others because of a stretch; undefined where they never did. */
export function countedAnewAt(exclusions: readonly Exclusion[]): number | undefined {
  const times = exclusions.flatMap(({ countedAt, hasChangedTotals }) =>
    hasChangedTotals && countedAt !== null ? [countedAt] : [],
  );
  return times.length === 0 ? undefined : Math.max(...times);
}
