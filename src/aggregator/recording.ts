import type { Ledger } from "./ledger.ts";
import type { LogEntry } from "./log-entry.ts";
import type { Source } from "./messages.ts";
import type { UnitState } from "./unit-state.ts";

/** One batch in progress: the units it touches and the log entries it leaves. */
export interface Recording {
  ledger: Ledger;
  units: Map<string, UnitState>;
  changed: Map<string, UnitState>;
  older: Map<string, Set<number>>;
  entries: LogEntry[];
}

/** Where an entry came from, as the log has it. */
export function originOf(source: Source | undefined): Pick<LogEntry, "a" | "b"> {
  if (!source) return {};
  const { key, vouchedBy } = source;
  return { a: key, ...(vouchedBy !== "key" && { b: vouchedBy }) };
}

/** Whether covariates that are sent again are those that a unit has. */
export function areSameCovariates(one: Readonly<Record<string, number>>, other: UnitState["c"]): boolean {
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other ?? {}).length && names.every((name) => one[name] === other?.[name])
  );
}
