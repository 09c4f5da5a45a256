import type { MultipleExposures } from "#contract/unit-history.ts";
import { MULTIPLE_EXPOSURES, UnitVariants } from "#event-log/unit-variants.ts";
import { ok } from "#shared/result.ts";
import type { Subject } from "../basis.ts";
import { allSources, type Program } from "../program.ts";
import type { RunStorage } from "../run-storage.ts";
import { unitVariantCodec } from "../unit-codecs.ts";
import { UnitRows } from "../unit-rows.ts";

const VARIANTS = 0;

/** More are counted, but not told. */
const MAXIMUM_UNITS = 1_000;

/** Finds the units that were seen in more than one variant. */
export function multipleExposuresProgram(subject: Subject, storage: RunStorage): Program {
  const rows = new UnitRows(storage.sql, VARIANTS, unitVariantCodec);
  const open = () => new UnitVariants(subject.experiment.exclusions, rows);
  return {
    steps: [{ sources: allSources(subject), open }],
    conclude: () => {
      const found: MultipleExposures = { units: [], total: 0 };
      for (const [unit, variant] of rows.all()) {
        if (variant !== MULTIPLE_EXPOSURES) continue;
        found.total += 1;
        if (found.units.length < MAXIMUM_UNITS) found.units.push(unit);
      }
      return ok(found);
    },
  };
}
