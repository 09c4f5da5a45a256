import * as z from "zod";
import { conclusionSchema } from "../experiment/experiment.ts";
import { epochMillisecondsSchema, metricKeySchema, resourceKeySchema } from "../identifiers.ts";
import { analysisSchema, guardrailResultSchema } from "./analysis.ts";
import { decisionSchema } from "./decision.ts";
import { intervalSchema } from "./interval.ts";

/** Evidence by client keys whose units nobody vouches for: it is counted apart, and decides nothing. */
export const unvouchedEvidenceSchema = z.strictObject({
  units: z.int().nonnegative(),
  events: z.int().nonnegative(),
  /** Events and exposures by client keys that were refused. */
  rejected: z.int().nonnegative(),
  /** The primary metric, and what each treatment would differ by on it; null where that cannot be computed. */
  metric: metricKeySchema.nullable(),
  comparisons: z.array(
    z.strictObject({
      variant: resourceKeySchema,
      estimate: z.number().nullable(),
      /** Valid at every look. */
      interval: intervalSchema.nullable(),
    }),
  ),
  /** The same as a sentence. */
  summary: z.string(),
});
export type UnvouchedEvidence = z.infer<typeof unvouchedEvidenceSchema>;

/** How a treatment stands against control at this moment, for somebody who may promote it by hand. */
export const treatmentStandingSchema = z
  .strictObject({
    variant: resourceKeySchema,
    /**
     * The metric that the verdict is about: the one that decides (the primary metric, or a non-inferiority rule's
     * objective), or the primary metric where that is proven worse. Null where there are no results.
     */
    metric: metricKeySchema.nullable(),
    /** What is proven on it, validly at every look; `better` is corrected for the number of treatments. */
    verdict: z.enum(["better", "worse", "unproven", "unknown"]),
    /** Whether the experiment's rule would promote it, minima and guardrails apart. */
    meetsRule: z.boolean(),
    /** The guardrails that it is proven to harm beyond their margin. */
    harmedGuardrails: z.array(metricKeySchema),
    /** The guardrails for which such harm is neither proven nor ruled out. */
    unclearGuardrails: z.array(metricKeySchema),
  })
  .meta({ id: "TreatmentStanding" });
export type TreatmentStanding = z.infer<typeof treatmentStandingSchema>;

/** Of an ended experiment: as of the decision that ended it, or with all that has come in since. */
export const resultsTimeSchema = z.enum(["decision", "now"]);
export type ResultsTime = z.infer<typeof resultsTimeSchema>;

/** What the results route answers: the newest numbers of a running experiment, or those it ended with. */
export const experimentResultsSchema = z
  .strictObject({
    experiment: resourceKeySchema,
    /** False once the experiment has ended: the numbers are those that decided. */
    live: z.boolean(),
    takenAt: epochMillisecondsSchema,
    analysis: analysisSchema,
    guardrails: z.array(guardrailResultSchema),
    decision: decisionSchema,
    summary: z.string(),
    standings: z.array(treatmentStandingSchema),
    /** The variant to promote by hand, if any is proven: the decision's winner, or the best that harms no guardrail. */
    provenWinner: resourceKeySchema.nullable(),
    /** When the newest event happened that these numbers hold. */
    lastEventAt: epochMillisecondsSchema.nullable(),
    conclusion: conclusionSchema.nullable(),
    /** Null where there is none. */
    unvouched: unvouchedEvidenceSchema.nullable().default(null),
  })
  .meta({ id: "ExperimentResults" });
export type ExperimentResults = z.infer<typeof experimentResultsSchema>;
