import * as z from "zod";
import { mergePhaseTotals, phaseTotalsSchema } from "#aggregator/client.ts";
import { ok } from "#shared/result.ts";
import { type Subject, totalsName } from "../basis.ts";
import type { Program } from "../program.ts";
import type { RunStorage } from "../run-storage.ts";
import { rebuildingSteps, rebuiltBy } from "./rebuild-shards.ts";

/** What the log gives up to where it was counted for a decision. */
export const replayedTotalsSchema = z.strictObject({
  /** By phase. */
  phases: phaseTotalsSchema,
  /** Units that are erased by now, and entries that were counted and are not in the log. */
  erasedUnits: z.int().nonnegative(),
  unlogged: z.int().nonnegative(),
});

/** Rebuilds the totals that a decision was taken from. */
export function replayProgram(subject: Subject, storage: RunStorage): Program {
  const { experiment, shards } = subject;
  return {
    steps: rebuildingSteps(subject, storage),
    conclude: () => {
      const parts = shards.map((_, step) => rebuiltBy(step, storage));
      const now = storage.read(totalsName(0), phaseTotalsSchema) ?? [];
      return ok({
        phases: mergePhaseTotals(experiment.spec, experiment.phases.length, parts),
        erasedUnits: now.reduce((sum, { erasedUnits }) => sum + erasedUnits, 0),
        unlogged: shards.reduce((sum, { unlogged }) => sum + unlogged, 0),
      });
    },
  };
}
