import { expect, it } from "vitest";
import type { Exposure, Outcome } from "#aggregator/messages.ts";
import { Recording } from "#aggregator/recording.ts";
import { emptyTotals } from "#analyzer/estimates/moments.ts";
import { Ledger } from "#ledger/ledger.ts";
import type { UnitState } from "#ledger/unit-state.ts";
import { metric } from "#tools/builders/moments-builder.ts";

type Told = Partial<Pick<Outcome, "variant" | "assigned" | "isPhaseKnown" | "phase" | "cameIn">>;

/**
 * The phase that an outcome is recorded in, of phase 1 unless it is told otherwise, of a unit that was first seen in phase 0 in
 * variant a.
 * @param seen what exposes the unit once more before that
 */
function recordedPhase(told: Told, seen?: Pick<Exposure, "variant" | "phase" | "cameIn">): number {
  const units = new Map<string, UnitState>();
  const recording = new Recording(
    new Ledger([emptyTotals(["a", "b"])], [metric()]),
    units,
    () => false,
    [],
    new Map(),
  );
  recording.recordExposure({ unit: "unit", variant: "a", at: 1 });
  if (seen) recording.recordExposure({ unit: "unit", at: 1, ...seen });
  const common = { id: "1", unit: "unit", at: 2, receivedAt: 2, phase: 1, metrics: { task_success: 1 } };
  recording.recordOutcome({ ...common, ...told });
  const last = recording.entries.at(-1);
  return last?.phase ?? 0;
}

/** A unit that keeps its variant in phase 1, and one that gets another, as the intake tells of their outcomes. */
const KEPT: Told[] = [{ variant: "a" }, { assigned: "a" }];
const MOVED: Told[] = [{ variant: "a", phase: 0, cameIn: 1 }, { assigned: "b" }, { assigned: null }];

it.each([...KEPT, ...MOVED, {}])(
  "an outcome that names no phase counts where its unit does until it is seen in a later one, whatever it is given now: %o",
  (told) => expect(recordedPhase(told)).toBe(0),
);

it.each([
  ...KEPT.map((told) => [told, { variant: "a", phase: 1 }] as const),
  ...MOVED.map((told) => [told, { variant: "b", phase: 1 }] as const),
  [
    { variant: "a", phase: 0, cameIn: 1 },
    { variant: "a", phase: 0, cameIn: 1 },
  ] as const,
])(
  "an outcome that names no phase is counted apart once its unit was seen in a later one: %o",
  (told, seen) => expect(recordedPhase(told, seen)).toBe(1),
);

it("an outcome is of the phase that it names", () => {
  expect(recordedPhase({ assigned: "a", isPhaseKnown: true })).toBe(1);
  expect(recordedPhase({ variant: "a", phase: 0, isPhaseKnown: true }, { variant: "b", phase: 1 })).toBe(0);
});

it("an outcome whose variant no later phase gives is no second variant of a unit that came later", () => {
  const units = new Map<string, UnitState>();
  const recording = new Recording(new Ledger([emptyTotals(["a", "b"])], [metric()]), units, () => false, []);
  recording.recordExposure({ unit: "unit", variant: "b", phase: 1, at: 1 });
  recording.recordOutcome({
    ...{ id: "1", unit: "unit", variant: "a", phase: 0, cameIn: 1, at: 2, receivedAt: 2 },
    metrics: { task_success: 1 },
  });
  expect(units.get("unit")).toMatchObject({ v: "b", p: 1, r: [0] });
  expect(units.get("unit")?.x).toBeFalsy();
});
