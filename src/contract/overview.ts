import { z } from "zod";
import { decisionAction, decisionReasonCode, decisionSource } from "#model/analysis/decision.ts";
import { displayName, epochMilliseconds, resourceKey } from "#model/identifiers.ts";
import { experimentSummary } from "./lists.ts";

/** When a running experiment can be expected to decide, should traffic and the difference seen so far stay as they are. */
export const forecast = z.discriminatedUnion("status", [
  z.strictObject({
    status: z.literal("expected"),
    /**
     * `observed_difference`: the always-valid interval would exclude 0 · `minimum`: it would already, but the minimum
     * comes first · `maximum`: the budget of units or time ends it before
     */
    basis: z.enum(["observed_difference", "minimum", "maximum"]),
    /** Units still to come, over all variants. */
    units: z.int().nonnegative(),
    /** From now. */
    days: z.number().nonnegative(),
  }),
  z.strictObject({
    status: z.literal("unknown"),
    /** `not_by_difference`: its rule decides by something else than the primary metric's difference */
    reason: z.enum([
      "no_traffic",
      "insufficient_data",
      "no_difference_in_sight",
      "on_hold",
      "not_by_difference",
    ]),
  }),
]);
export type Forecast = z.infer<typeof forecast>;

/** Units seen since the start, as they grew. */
export const trafficPoint = z.strictObject({ at: epochMilliseconds, units: z.int().nonnegative() });
export type TrafficPoint = z.infer<typeof trafficPoint>;

/** What arrived within less says nothing about a day. */
export const SHORTEST_PACE_MILLISECONDS = 30_000;

export const activeExperiment = z.strictObject({
  experiment: experimentSummary,
  /** Evenly spread over the time since the start, at most 48 points. */
  traffic: z.array(trafficPoint),
  /** Over the last day, or since the start when that is shorter. Null before the first unit and the first half minute's end. */
  unitsPerDay: z.number().nonnegative().nullable(),
  forecast,
});
export type ActiveExperiment = z.infer<typeof activeExperiment>;

/** A decision that changed something, or that asks for a person. */
export const notableDecision = z.strictObject({
  experiment: resourceKey,
  name: displayName,
  takenAt: epochMilliseconds,
  source: decisionSource,
  action: decisionAction,
  variant: resourceKey.nullable(),
  reason: decisionReasonCode,
  summary: z.string(),
});
export type NotableDecision = z.infer<typeof notableDecision>;

/** Something that no schedule can mend. */
export const attention = z.strictObject({
  experiment: resourceKey,
  name: displayName,
  /**
   * `on_hold`: the data cannot be trusted, the decision says why · `silent`: no outcome event for long, though it runs ·
   * `waiting`: for more than a day a proven
   * winner has waited for a guardrail or for its split · `unvouched`: for more than an hour most of its units have decided nothing · `not_analysed`: the schedule is overdue · `paused`: somebody paused it more than a day ago
   */
  kind: z.enum(["on_hold", "waiting", "silent", "unvouched", "not_analysed", "paused"]),
  since: epochMilliseconds,
  message: z.string(),
});
export type Attention = z.infer<typeof attention>;

/** Everything the first page shows, in one answer. */
export const overview = z
  .strictObject({
    takenAt: epochMilliseconds,
    /** How many experiments there are, by status. */
    counts: z.strictObject({
      draft: z.int(),
      running: z.int(),
      paused: z.int(),
      promoted: z.int(),
      rolled_back: z.int(),
      stopped: z.int(),
    }),
    /** Running and paused experiments, the newest start first. */
    active: z.array(activeExperiment),
    /** Newest first, at most 10. */
    decisions: z.array(notableDecision),
    attention: z.array(attention),
  })
  .meta({ id: "Overview" });
export type Overview = z.infer<typeof overview>;
