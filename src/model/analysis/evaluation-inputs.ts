import * as z from "zod";
import { configVersionNumberSchema } from "../config/ai-config.ts";
import { experimentSchema } from "../experiment/experiment.ts";
import { epochMillisecondsSchema } from "../identifiers.ts";
import { analysisSchema, guardrailResultSchema } from "./analysis.ts";
import { decisionSchema } from "./decision.ts";
import { earlierLookSchema } from "./earlier-look.ts";
import { experimentTotalsSchema } from "./moments.ts";

/** What an evaluation takes in of an experiment. Nothing else of it may change what is decided. */
export const evaluatedExperimentSchema = experimentSchema.pick({
  spec: true,
  metricDefinitions: true,
  startedAt: true,
  liveVersionAtStart: true,
  phases: true,
  pauses: true,
  switchedOff: true,
  acceptances: true,
  exclusions: true,
  rebuildPendingSince: true,
  recounts: true,
  doubts: true,
});
export type EvaluatedExperiment = z.infer<typeof evaluatedExperimentSchema>;

/** How far the log of one shard was counted. */
export const logPositionSchema = z.strictObject({
  shard: z.int(),
  /** The last row of its log that counts. */
  sequence: z.int().nonnegative(),
  /** Conversion windows that had passed by then had entered. */
  maturedUntil: epochMillisecondsSchema.nullable(),
});
export type LogPosition = z.infer<typeof logPositionSchema>;

/** Everything that an evaluation was computed from. */
export const evaluationInputsSchema = z.strictObject({
  experiment: evaluatedExperimentSchema,
  /** Epoch milliseconds. */
  now: epochMillisecondsSchema,
  /** By phase of weights. */
  totals: z.array(experimentTotalsSchema),
  /** Null where there was no look before, or it could not be read. */
  previous: earlierLookSchema.nullable(),
  /** Null where it was not read. */
  liveVersion: configVersionNumberSchema.nullable(),
  /** True of looks between two due ones, which may only protect. */
  protectsOnly: z.boolean(),
});
export type EvaluationInputs = z.infer<typeof evaluationInputsSchema>;

/** What an evaluation comes to. */
export const evaluationResultSchema = z.strictObject({
  decision: decisionSchema,
  guardrails: z.array(guardrailResultSchema),
  analysis: analysisSchema,
});
export type EvaluationResult = z.infer<typeof evaluationResultSchema>;
