import * as z from "zod";
import {
  conclusionSchema,
  experimentKindSchema,
  experimentStatusSchema,
} from "#model/experiment/experiment.ts";
import { labelsSchema } from "#model/experiment/labels.ts";
import { displayNameSchema, epochMillisecondsSchema, resourceKeySchema } from "#model/identifiers.ts";
import { endpoint } from "./endpoint.ts";
import { primarySummarySchema } from "./lists.ts";

/** A treatment's effect on the primary metric when the experiment ended, in the metric's own unit. */
const portfolioEffectSchema = z.strictObject({
  variant: resourceKeySchema,
  estimate: z.number(),
  standardError: z.number().nonnegative(),
  /** Drawn toward none by what all experiments with this primary metric show together; null where they are fewer than five effects. */
  shrunk: z.strictObject({ estimate: z.number(), standardError: z.number().nonnegative() }).nullable(),
});

const endedExperimentSchema = z.strictObject({
  key: resourceKeySchema,
  name: displayNameSchema,
  kind: experimentKindSchema,
  config: resourceKeySchema,
  /** `won`: a treatment was promoted. `lost`: rolled back because of harm. `undecided`: stopped, or control was promoted. */
  outcome: z.enum(["won", "lost", "undecided"]),
  startedAt: epochMillisecondsSchema,
  endedAt: epochMillisecondsSchema,
  units: z.int().nonnegative(),
  conclusion: conclusionSchema.pick({ action: true, variant: true, reason: true }),
  ...labelsSchema.pick({ owner: true, tags: true, notes: true }).shape,
  /** Null where nothing could be computed. */
  metric: primarySummarySchema.shape.metric.nullable(),
  effects: z.array(portfolioEffectSchema),
});
export type EndedExperiment = z.infer<typeof endedExperimentSchema>;

const portfolioMetricSchema = z.strictObject({
  metric: primarySummarySchema.shape.metric,
  /** Effects of ended experiments on it as their primary metric. */
  effects: z.int().nonnegative(),
  /** The spread of their true effects around none, one standard deviation; null for fewer than five effects. */
  spread: z.number().nonnegative().nullable(),
});

export const portfolioSchema = z
  .strictObject({
    /** How many experiments there are by status, releases left out. */
    statuses: z.partialRecord(experimentStatusSchema, z.int().nonnegative()),
    outcomes: z.strictObject({ won: z.int(), lost: z.int(), undecided: z.int() }),
    metrics: z.array(portfolioMetricSchema),
    /** Those that have ended, the newest first, up to 1,000. */
    experiments: z.array(endedExperimentSchema),
  })
  .meta({ id: "Portfolio" });
export type Portfolio = z.infer<typeof portfolioSchema>;

export const getPortfolio = endpoint({
  method: "GET",
  path: "/v1/portfolio",
  scope: "read",
  tag: "Results",
  summary:
    "What all experiments have shown together: won, lost and undecided, with effects shrunk for selection",
  query: z.strictObject({
    /** Only experiments with this tag. */
    tag: z.string().max(40).optional(),
    format: z.enum(["json", "markdown"]).default("json"),
  }),
  reply: portfolioSchema,
  replies: { "application/json": portfolioSchema, "text/markdown": z.string() },
});
