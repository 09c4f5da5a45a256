import { expect, it } from "vitest";
import { Recording } from "#aggregator/recording.ts";
import { emptyTotals } from "#analyzer/estimates/moments.ts";
import { Ledger } from "#ledger/ledger.ts";
import type { UnitState } from "#ledger/unit-state.ts";
import { metric } from "#tools/builders/moments-builder.ts";

/** The phase that an outcome of phase 1 is recorded in, of a unit that was first seen in phase 0 in variant a. */
function recordedPhase(told: { variant?: string; assigned?: string | null; isPhaseKnown?: true }): number {
  const units = new Map<string, UnitState>();
  const recording = new Recording(
    new Ledger([emptyTotals(["a", "b"])], [metric()]),
    units,
    () => false,
    [],
    new Map(),
  );
  recording.recordExposure({ unit: "unit", variant: "a", at: 1 });
  const common = { id: "1", unit: "unit", at: 2, receivedAt: 2, phase: 1, metrics: { task_success: 1 } };
  recording.recordOutcome({ ...common, ...told });
  const last = recording.entries.at(-1);
  return last?.phase ?? 0;
}

it("an outcome that names no phase counts where its unit does, unless the unit is given another variant now", () => {
  expect(recordedPhase({ variant: "a" })).toBe(0);
  expect(recordedPhase({ assigned: "a" })).toBe(0);
  expect(recordedPhase({})).toBe(0);
  expect(recordedPhase({ assigned: "b" })).toBe(1);
  expect(recordedPhase({ assigned: null })).toBe(1);
  expect(recordedPhase({ assigned: "a", isPhaseKnown: true })).toBe(1);
});
