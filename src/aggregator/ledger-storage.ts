import * as z from "zod";
import { type LeftOut, quarantineSchema } from "#event-log/quarantine.ts";
import type { AggregatedExperiment } from "#ledger/aggregated-experiment.ts";
import { type ExperimentTotals, experimentTotalsSchema } from "#model/analysis/moments.ts";
import { joinStretches, stretchSchema } from "#model/experiment/exclusion.ts";
import { type MetricDefinition, metricDefinitionSchema } from "#model/metric/metric.ts";
import { ErasedTable } from "./storage/erased.ts";
import { Meta } from "./storage/meta.ts";
import { migrate } from "./storage/migrations.ts";
import { Outbox } from "./storage/outbox.ts";
import { QuotaTable } from "./storage/quota-table.ts";
import { TotalsTable } from "./storage/totals.ts";
import { UnitTable } from "./storage/units.ts";

const aggregatedExperimentSchema = z.strictObject({
  key: z.string(),
  shard: z.int(),
  variants: z.array(z.string()),
  metricDefinitions: z.array(metricDefinitionSchema),
  exclusions: z.array(stretchSchema).default([]),
});

/** What is to count nowhere, and by which definitions is counted: those of metrics that are not known yet are added. */
export interface RecountOrder extends LeftOut {
  metricDefinitions?: readonly MetricDefinition[];
}

/** Rows of units name metrics by their places, so that new ones come last. */
function withUnknown(
  definitions: readonly MetricDefinition[],
  ordered: readonly MetricDefinition[],
): MetricDefinition[] {
  const known = new Set(definitions.map(({ key }) => key));
  return [...definitions, ...ordered.filter(({ key }) => !known.has(key))];
}

/** What an aggregator keeps in its own SQLite database. Everything here is synchronous. */
export class LedgerStorage {
  readonly units: UnitTable;
  /** Units as they are counted anew. */
  readonly recounted: UnitTable;
  readonly totals: TotalsTable;
  readonly outbox: Outbox;
  readonly quota: QuotaTable;
  readonly erased: ErasedTable;
  readonly #meta: Meta;

  constructor(sql: SqlStorage) {
    this.#meta = new Meta(sql);
    migrate(sql, this.#meta);
    this.units = new UnitTable(sql);
    this.recounted = new UnitTable(sql, "recounted");
    this.totals = new TotalsTable(sql);
    this.outbox = new Outbox(sql, this.#meta);
    this.quota = new QuotaTable(sql);
    this.erased = new ErasedTable(sql);
    this.#divideTotals();
    // A recount that was cut off left units behind, which nobody would erase.
    this.recounted.clear();
  }

  /** Earlier versions stored all totals as one value. */
  #divideTotals(): void {
    const stored = this.#meta.read("totals");
    if (stored === undefined) return;
    const totals = experimentTotalsSchema.parse(JSON.parse(stored));
    this.totals.write([totals], { phases: [0], sketches: new Set() });
    this.#meta.remove("totals");
  }

  experiment(): AggregatedExperiment | undefined {
    const stored = this.#meta.read("experiment");
    return stored === undefined ? undefined : aggregatedExperimentSchema.parse(JSON.parse(stored));
  }

  storeExperiment(experiment: AggregatedExperiment): void {
    this.#meta.write("experiment", JSON.stringify(experiment));
  }

  /** The last row of the outbox whose entries are part of the stored units and totals. */
  appliedSequence(): number {
    return Number(this.#meta.read("applied_sequence") ?? 0);
  }

  storeAppliedSequence(sequence: number): void {
    this.#meta.write("applied_sequence", String(sequence));
  }

  /** Whether units may have been counted by the aggregators that earlier versions had for every phase. */
  isMergePending(): boolean {
    return this.#meta.read("merge_pending") !== undefined;
  }

  finishMerge(): void {
    this.#meta.remove("merge_pending");
  }

  /** Whether units were counted by an earlier version, which did not tally their events, and can be counted anew. */
  canTallyUnits(): boolean {
    return this.#meta.read("untallied_units") !== undefined && this.outbox.unlogged() === 0;
  }

  /** Whether counting anew has changed what is counted, since whoever asked for that has last noted it. */
  hasChange(): boolean {
    return this.#meta.read("recount_changed") !== undefined;
  }

  noteChange(): void {
    this.#meta.write("recount_changed", "1");
  }

  forgetChange(): void {
    this.#meta.remove("recount_changed");
  }

  /** An experiment with the definitions that were ordered, before or after it came here. */
  withOrderedDefinitions(experiment: AggregatedExperiment): AggregatedExperiment {
    const metricDefinitions = withUnknown(experiment.metricDefinitions, this.#orderedDefinitions());
    return { ...experiment, metricDefinitions };
  }

  #orderedDefinitions(): MetricDefinition[] {
    const stored = this.#meta.read("ordered_definitions");
    return stored === undefined ? [] : z.array(metricDefinitionSchema).parse(JSON.parse(stored));
  }

  /** Puts what was counted anew, with everything in the outbox, in the place of all that there is. */
  takeOverRecount(phases: readonly ExperimentTotals[], experiment: AggregatedExperiment): void {
    this.storeExperiment(experiment);
    this.units.replaceWith(this.recounted);
    this.totals.clear();
    this.totals.write(phases, { phases: phases.keys(), sketches: new Set() });
    this.storeAppliedSequence(this.outbox.lastSequence());
    this.#meta.remove("untallied_units");
  }

  /** What of the log counts nowhere; stretches of time may have been excluded before the experiment came here. */
  leftOut(): LeftOut {
    const [quarantines, exclusions] = [this.#meta.read("quarantines"), this.#meta.read("exclusions")];
    return {
      quarantines: quarantines === undefined ? [] : z.array(quarantineSchema).parse(JSON.parse(quarantines)),
      exclusions: joinStretches(
        exclusions === undefined ? [] : z.array(stretchSchema).parse(JSON.parse(exclusions)),
        this.experiment()?.exclusions ?? [],
      ),
    };
  }

  /** Notes by what is to be counted from now on. @returns what counts nowhere, with all stretches that were excluded before */
  storeRecountOrder({ quarantines, exclusions: added, metricDefinitions }: RecountOrder): LeftOut {
    const exclusions = joinStretches(this.leftOut().exclusions, added);
    this.#meta.write("quarantines", JSON.stringify(quarantines));
    this.#meta.write("exclusions", JSON.stringify(exclusions));
    if (metricDefinitions) {
      // Metrics are never taken away: an order that does not know of one is older, and has been overtaken.
      const ordered = withUnknown(this.#orderedDefinitions(), metricDefinitions);
      this.#meta.write("ordered_definitions", JSON.stringify(ordered));
    }
    return { quarantines, exclusions };
  }
}
