import * as z from "zod";
import { standingDoubtsSchema, unvouchedSummarySchema } from "#model/analysis/data-quality.ts";
import { dataAcceptanceSchema } from "#model/experiment/data-acceptance.ts";
import { exclusionSchema } from "#model/experiment/exclusion.ts";
import {
  conclusionSchema,
  type Experiment,
  experimentSchema,
  experimentSpecSchema,
  pauseSchema,
  switchedOffVariantSchema,
} from "#model/experiment/experiment.ts";
import { labelsSchema } from "#model/experiment/labels.ts";
import { overrideSchema } from "#model/experiment/override.ts";
import { phaseSchema } from "#model/experiment/phase.ts";
import { metricDefinitionSchema } from "#model/metric/metric.ts";
import { parseStored } from "./database.ts";
import type { experimentTable } from "./schema.ts";

type Row = typeof experimentTable.$inferSelect;

/** Reads a row through its schemas. */
export function toExperiment(row: Row): Experiment {
  return experimentSchema.parse({
    spec: parseStored(experimentSpecSchema, row.spec),
    status: row.status,
    revision: row.revision,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    startedAt: row.startedAt,
    endedAt: row.endedAt,
    analyzedAt: row.analyzedAt,
    metricDefinitions: parseStored(z.array(metricDefinitionSchema), row.metricDefinitions),
    phases: parseStored(z.array(phaseSchema), row.phases),
    liveVersionAtStart: row.liveVersionAtStart,
    switchedOff: parseStored(z.array(switchedOffVariantSchema), row.switchedOff),
    acceptances: parseStored(z.array(dataAcceptanceSchema), row.acceptances),
    pauses: parseStored(z.array(pauseSchema), row.pauses),
    exclusions: parseStored(z.array(exclusionSchema), row.exclusions),
    labels: parseStored(labelsSchema, row.labels),
    overrides: parseStored(z.array(overrideSchema), row.overrides),
    rebuildPendingSince: row.rebuildPendingSince,
    recounts: row.recounts,
    unitKeyId: row.unitKeyId,
    doubts: row.doubts === null ? null : parseStored(standingDoubtsSchema, row.doubts),
    unvouched: row.unvouched === null ? null : parseStored(unvouchedSummarySchema, row.unvouched),
    conclusion: row.conclusion === null ? null : parseStored(conclusionSchema, row.conclusion),
  });
}
