import * as z from "zod";
import { phaseTotalsSchema } from "#aggregator/client.ts";
import { ErasureCounts, RemainingErasures } from "#event-log/erasures.ts";
import { GroupRebuild } from "#event-log/groups.ts";
import { segmentOf, segmentTotals } from "#event-log/segments.ts";
import { ValueCounts } from "#event-log/value-counts.ts";
import { type Segmentation, segmentValueSchema } from "#model/analysis/segments.ts";
import { segmentResults } from "#results/segments.ts";
import { type Subject, totalsName } from "../basis.ts";
import { allSources, type Program, rowNames, stateName } from "../program.ts";
import type { RunStorage } from "../run-storage.ts";
import { groupedUnitCodec, unitCountCodec } from "../unit-codecs.ts";
import { UnitRows } from "../unit-rows.ts";

const countsSchema = z.strictObject({
  values: z.array(z.strictObject({ value: segmentValueSchema, events: z.int() })),
  eventsWithoutProperty: z.int(),
});

/** Of every group the totals by phase. */
export const groupTotalsSchema = z.array(z.tuple([z.string(), phaseTotalsSchema]));

const ERASURES = 0;
const COUNTS = 1;
const GROUPS = 2;

/**
 * Breaks an experiment's log down by the values of an event property, or of an attribute of units: one reading counts, the next one rebuilds the totals of the
 * most frequent values. Where units were erased, one before them finds which.
 */
export function segmentsProgram(
  subject: Subject,
  { segmentation, now }: { segmentation: Segmentation; now: number },
  storage: RunStorage,
): Program {
  const { experiment } = subject;
  const overall = () => ({ phases: storage.read(totalsName(0), phaseTotalsSchema) ?? [] });
  const counts = () =>
    storage.read(stateName(COUNTS), countsSchema) ?? { values: [], eventsWithoutProperty: 0 };
  const groups = () => storage.read(stateName(GROUPS), groupTotalsSchema) ?? [];
  const hasErasures = overall().phases.some(({ erasedUnits }) => erasedUnits > 0);
  const erased = new UnitRows(storage.sql, ERASURES, unitCountCodec);
  const findingErasures = {
    sources: hasErasures ? allSources(subject) : [],
    open: () => new ErasureCounts(erased),
  };
  const counting = {
    sources: allSources(subject),
    keepsUnits: true as const,
    open: () => {
      const erasures = hasErasures ? new RemainingErasures(erased) : undefined;
      return new ValueCounts(segmentation, counts(), erasures);
    },
  };
  const grouping = {
    sources: allSources(subject),
    open: () => {
      const rows = new UnitRows(storage.sql, GROUPS, groupedUnitCodec(rowNames(experiment)));
      const followsUnits = segmentation.source === "attribute";
      const groupOf = segmentOf(segmentation, counts());
      return new GroupRebuild(experiment, overall(), groupOf, rows, groups(), followsUnits);
    },
  };
  return {
    steps: [findingErasures, counting, grouping],
    conclude: () =>
      segmentResults(experiment, overall(), { segmentation, now }, segmentTotals(counts(), groups())),
  };
}
