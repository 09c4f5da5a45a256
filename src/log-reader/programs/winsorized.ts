import { phaseTotalsSchema } from "#aggregator/client.ts";
import { emptyTotals } from "#analyzer/estimates/moments.ts";
import { Rebuild } from "#event-log/rebuild.ts";
import { unitValues } from "#event-log/unit-values.ts";
import type { UnitState } from "#ledger/unit-state.ts";
import { winsorizableMetric, winsorizedResults } from "#results/winsorized.ts";
import { ok } from "#shared/result.ts";
import { type Subject, totalsName } from "../basis.ts";
import { allSources, type Program, rowNames, stateName } from "../program.ts";
import type { RunStorage } from "../run-storage.ts";
import { unitStateCodec } from "../unit-codecs.ts";
import { UnitRows } from "../unit-rows.ts";

const UNITS = 0;

/** Finds one value for every unit, and compares the variants with outliers capped. */
export function winsorizedProgram(
  subject: Subject,
  { metric, quantile, now }: { metric: string; quantile: number; now: number },
  storage: RunStorage,
): Program {
  const { experiment } = subject;
  const definition = winsorizableMetric(experiment, metric);
  if (!definition.ok) return { steps: [], conclude: () => definition };
  const rows = new UnitRows(storage.sql, UNITS, unitStateCodec(rowNames(experiment)));
  const open = () => {
    // What units come to together is of no interest.
    const phases = storage.read(stateName(UNITS), phaseTotalsSchema) ?? [emptyTotals([])];
    return new Rebuild(phases, [definition.value], experiment.exclusions, rows);
  };
  function* units(): Generator<UnitState> {
    for (const [, unit] of rows.all()) yield unit;
  }
  return {
    steps: [{ sources: allSources(subject), open }],
    conclude: () => {
      const [first] = storage.read(totalsName(0), phaseTotalsSchema) ?? [];
      const maturedUntil = first?.maturedUntil ?? Number.NEGATIVE_INFINITY;
      const values = unitValues(units(), definition.value, maturedUntil);
      return ok(winsorizedResults(experiment, definition.value, { quantile, now }, values));
    },
  };
}
