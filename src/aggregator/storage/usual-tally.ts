import type { UnitState } from "#ledger/unit-state.ts";

/** The tally of most units, which no row has to hold: of their events there is nothing to say but how many there were. */
export function usualTally({ i, b }: Pick<UnitState, "i" | "b">): number[] {
  const events = i.length + b;
  return events === 0 ? [] : [events];
}

export function hasUsualTally({ t, ...state }: Pick<UnitState, "t" | "i" | "b">): boolean {
  const usual = usualTally(state);
  return t.length === usual.length && t[0] === usual[0];
}
