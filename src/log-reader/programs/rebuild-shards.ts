import { phaseTotalsSchema } from "#aggregator/client.ts";
import { emptyTotals } from "#analyzer/estimates/moments.ts";
import { Rebuild } from "#event-log/rebuild.ts";
import type { ExperimentTotals } from "#model/analysis/moments.ts";
import type { Subject } from "../basis.ts";
import { rowNames, type Step, stateName } from "../program.ts";
import type { RunStorage } from "../run-storage.ts";
import { unitStateCodec } from "../unit-codecs.ts";
import { UnitRows } from "../unit-rows.ts";

/** One step for every shard: it rebuilds the shard's totals from its log. */
export function rebuildingSteps({ experiment, shards }: Subject, storage: RunStorage): Step[] {
  const { metricDefinitions, exclusions } = experiment;
  const names = rowNames(experiment);
  return shards.map(({ sources, maturedUntil }, step) => ({
    sources,
    open: () => {
      const nothing = [{ ...emptyTotals(names.variants), maturedUntil }];
      const phases = storage.read(stateName(step), phaseTotalsSchema) ?? nothing;
      const rows = new UnitRows(storage.sql, step, unitStateCodec(names));
      return new Rebuild(phases, metricDefinitions, exclusions, rows);
    },
  }));
}

/** By phase, what a step has rebuilt. */
export function rebuiltBy(step: number, storage: RunStorage): ExperimentTotals[] {
  return storage.read(stateName(step), phaseTotalsSchema) ?? [];
}
