import * as z from "zod";
import { interactionResultsSchema } from "#model/analysis/interaction.ts";
import { experimentResultsSchema, resultsTimeSchema } from "#model/analysis/results.ts";
import { segmentQuerySchema, segmentResultsSchema } from "#model/analysis/segments.ts";
import { winsorizedQuerySchema, winsorizedResultsSchema } from "#model/analysis/winsorized.ts";
import { endpoint } from "./endpoint.ts";
import { decisionListSchema, snapshotListSchema, verificationSchema } from "./lists.ts";
import { keyParameterSchema, timePageSchema } from "./parameters.ts";
import { readingProgressSchema } from "./reading-progress.ts";

const ofExperiment = {
  method: "GET",
  scope: "read",
  tag: "Results",
  parameters: keyParameterSchema,
} as const;

/** What reads a whole log: of a large one it answers how far it is. */
const ofLog = { ...ofExperiment, pending: readingProgressSchema } as const;

export const getResults = endpoint({
  ...ofExperiment,
  path: "/v1/experiments/:key/results",
  summary: "The newest numbers, or those that decided an ended experiment",
  query: z.strictObject({ asOf: resultsTimeSchema.default("decision") }),
  reply: experimentResultsSchema,
});

export const getSnapshots = endpoint({
  ...ofExperiment,
  path: "/v1/experiments/:key/snapshots",
  summary: "The stored analyses, newest first",
  query: timePageSchema,
  reply: snapshotListSchema,
});

export const getDecisions = endpoint({
  ...ofExperiment,
  path: "/v1/experiments/:key/decisions",
  summary: "The stored decisions with their evidence, newest first",
  query: timePageSchema,
  reply: decisionListSchema,
});

export const getVerification = endpoint({
  ...ofLog,
  path: "/v1/experiments/:key/verify",
  summary: "Rebuilds the totals from the event log and compares",
  reply: verificationSchema,
});

export const getSegments = endpoint({
  ...ofLog,
  path: "/v1/experiments/:key/segments",
  summary: "The results by the values of an event property, exploratory",
  query: segmentQuerySchema,
  reply: segmentResultsSchema,
});

export const getInteraction = endpoint({
  ...ofLog,
  path: "/v1/experiments/:key/interactions/:other",
  summary: "Whether another experiment on the same units changes this one's effects",
  parameters: keyParameterSchema.extend({ other: z.string().min(1).max(64) }),
  reply: interactionResultsSchema,
});

export const getWinsorizedResults = endpoint({
  ...ofLog,
  path: "/v1/experiments/:key/winsorized",
  summary: "A mean's differences with outliers capped at a quantile of all units",
  query: winsorizedQuerySchema,
  reply: winsorizedResultsSchema,
});
