import * as z from "zod";
import {
  decisionActionSchema,
  decisionReasonCodeSchema,
  decisionSourceSchema,
} from "#model/analysis/decision.ts";
import { displayNameSchema, epochMillisecondsSchema, resourceKeySchema } from "#model/identifiers.ts";
import { endpoint } from "./endpoint.ts";
import { experimentSummarySchema } from "./lists.ts";

/** When a running experiment can be expected to decide, should traffic and the difference seen so far stay as they are. */
export const forecastSchema = z.discriminatedUnion("status", [
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
    /**
     * The chance that it ends before as futile, should the true difference be the observed one; only where that is more likely than
     * not, there is one treatment, and its weights have stayed
     */
    futileChance: z.number().gt(0.5).max(1).optional(),
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
export type Forecast = z.infer<typeof forecastSchema>;

/** Units seen since the start, as they grew. */
export const trafficPointSchema = z.strictObject({
  at: epochMillisecondsSchema,
  units: z.int().nonnegative(),
});
export type TrafficPoint = z.infer<typeof trafficPointSchema>;

/** What arrived within less says nothing about a day. */
export const SHORTEST_PACE_MILLISECONDS = 30_000;

export const activeExperimentSchema = z.strictObject({
  experiment: experimentSummarySchema,
  /** Evenly spread over the time since the start, at most 48 points. */
  traffic: z.array(trafficPointSchema),
  /** Over the last day, or since the start when that is shorter. Null before the first unit and the first half minute's end. */
  unitsPerDay: z.number().nonnegative().nullable(),
  forecast: forecastSchema,
});
export type ActiveExperiment = z.infer<typeof activeExperimentSchema>;

/** A decision that changed something, or that asks for a person. */
export const notableDecisionSchema = z.strictObject({
  experiment: resourceKeySchema,
  name: displayNameSchema,
  takenAt: epochMillisecondsSchema,
  source: decisionSourceSchema,
  action: decisionActionSchema,
  variant: resourceKeySchema.nullable(),
  reason: decisionReasonCodeSchema,
  summary: z.string(),
});
export type NotableDecision = z.infer<typeof notableDecisionSchema>;

/** Something that no schedule can mend. */
export const attentionSchema = z.strictObject({
  experiment: resourceKeySchema,
  name: displayNameSchema,
  /**
   * `on_hold`: the data cannot be trusted, the decision says why · `silent`: no outcome event for long, though it runs ·
   * `waiting`: for more than a day a proven
   * winner has waited for a guardrail or for its split · `unvouched`: for more than an hour most of its units have decided nothing · `not_analyzed`: the schedule is overdue · `paused`: somebody paused it more than a day ago
   */
  kind: z.enum(["on_hold", "waiting", "silent", "unvouched", "not_analyzed", "paused"]),
  since: epochMillisecondsSchema,
  message: z.string(),
});
export type Attention = z.infer<typeof attentionSchema>;

/** Everything the first page shows, in one answer. */
export const overviewSchema = z
  .strictObject({
    takenAt: epochMillisecondsSchema,
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
    active: z.array(activeExperimentSchema),
    /** Newest first, at most 10. */
    decisions: z.array(notableDecisionSchema),
    attention: z.array(attentionSchema),
  })
  .meta({ id: "Overview" });
export type Overview = z.infer<typeof overviewSchema>;

export const getOverview = endpoint({
  method: "GET",
  path: "/v1/overview",
  scope: "read",
  tag: "Results",
  summary:
    "Active experiments with their traffic and forecasts, newest decisions, and what asks for a person",
  reply: overviewSchema,
});
