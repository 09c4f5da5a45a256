import { phaseTotalsSchema } from "#aggregator/client.ts";
import { SharedRebuild, sharedUnits } from "#event-log/shared-units.ts";
import { UnitVariants } from "#event-log/unit-variants.ts";
import { interactionResults } from "#results/interactions.ts";
import { type Subject, totalsName } from "../basis.ts";
import { allSources, type Program, rowNames, stateName } from "../program.ts";
import type { RunStorage } from "../run-storage.ts";
import { groupedUnitCodec, unitVariantCodec } from "../unit-codecs.ts";
import { UnitRows } from "../unit-rows.ts";
import { groupTotalsSchema } from "./segments.ts";

const VARIANTS = 0;
const GROUPS = 1;

/** Finds the variants of units in one experiment, and counts those in the other by them. */
export function interactionProgram(
  subject: Subject,
  other: Subject,
  now: number,
  storage: RunStorage,
): Program {
  const { experiment } = subject;
  const variants = new UnitRows(storage.sql, VARIANTS, unitVariantCodec);
  const groups = () => storage.read(stateName(GROUPS), groupTotalsSchema) ?? [];
  const finding = {
    sources: allSources(other),
    open: () => new UnitVariants(other.experiment.exclusions, variants),
  };
  const counting = {
    sources: allSources(subject),
    keepsUnits: true as const,
    open: () => {
      const overall = { phases: storage.read(totalsName(0), phaseTotalsSchema) ?? [] };
      const rows = new UnitRows(storage.sql, GROUPS, groupedUnitCodec(rowNames(experiment)));
      return new SharedRebuild(experiment, overall, variants, rows, groups());
    },
  };
  return {
    steps: [finding, counting],
    conclude: () => interactionResults(experiment, other.experiment, sharedUnits(groups()), now),
  };
}
