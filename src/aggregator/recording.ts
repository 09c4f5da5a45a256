import { comesFromQuarantined, type Quarantine } from "#event-log/quarantine.ts";
import { markOf } from "#ledger/fingerprint.ts";
import type { Ledger } from "#ledger/ledger.ts";
import type { LogEntry } from "#ledger/log-entry.ts";
import type { Source } from "#ledger/source.ts";
import type { UnitState } from "#ledger/unit-state.ts";
import { isNewWitness, noteWitness } from "#ledger/witnesses.ts";
import type { Exposure, Outcome, OutcomeStatus } from "./messages.ts";

/** Whether covariates that are sent again are those that a unit has. */
function areSameCovariates(one: Readonly<Record<string, number>>, other: UnitState["c"]): boolean {
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other ?? {}).length && names.every((name) => one[name] === other?.[name])
  );
}

/** Where an entry came from, as the log has it. */
function originOf(source: Source | undefined): Pick<LogEntry, "key" | "vouchedBy" | "signedBy"> {
  if (!source) return {};
  const { key, vouchedBy, signedBy } = source;
  return {
    key,
    ...(vouchedBy !== "key" && { vouchedBy: vouchedBy }),
    ...(signedBy !== undefined && { signedBy: signedBy }),
  };
}

/** One batch in progress: the units it touches and the log entries it leaves. */
export class Recording {
  /** Units whose state is another one than before. */
  readonly changed = new Map<string, UnitState>();
  readonly entries: LogEntry[] = [];
  readonly #ledger: Ledger;
  readonly #units: Map<string, UnitState>;
  readonly #olderFingerprints: (unit: string) => Set<number>;
  readonly #quarantines: readonly Quarantine[];
  readonly #returning: ReadonlySet<string>;
  readonly #older = new Map<string, Set<number>>();

  /**
   * @param units those of the batch that are known; changed in place
   * @param olderFingerprints of a unit's events, of those that no longer fit its state
   * @param returning units that are new here and were first seen in another phase of weights
   */
  constructor(
    ledger: Ledger,
    units: Map<string, UnitState>,
    olderFingerprints: (unit: string) => Set<number>,
    quarantines: readonly Quarantine[],
    returning: ReadonlySet<string> = new Set(),
  ) {
    this.#ledger = ledger;
    this.#units = units;
    this.#olderFingerprints = olderFingerprints;
    this.#quarantines = quarantines;
    this.#returning = returning;
  }

  recordExposure({ unit, variant, at, receivedAt, covariates: given, fromHistory, source }: Exposure): void {
    if (comesFromQuarantined(source, this.#quarantines)) {
      this.#ledger.totals.rejected += 1;
      return;
    }
    const state = this.#units.get(unit);
    if (state?.n) return;
    // A client's covariates are surely from before any outcome only where they come with the unit itself.
    const isLate = state !== undefined && given !== undefined && fromHistory !== true;
    const origin = originOf(source);
    if (isLate && !areSameCovariates(this.#ledger.covariatesOf({ covariates: given, ...origin }), state.c))
      this.#ledger.totals.lateCovariates += 1;
    const covariates = isLate ? undefined : given;
    // An outcome may overtake the exposure that it comes of.
    const isOvertaken = state?.f !== undefined && (receivedAt ?? at) < state.f;
    const bringsNews = isOvertaken || (covariates !== undefined && state?.c === undefined && !state?.l);
    const saysNothingNew = state && (state.x || state.l || state.v === variant) && !bringsNews;
    if (saysNothingNew && !isNewWitness(state, origin)) return;
    this.#apply({
      kind: "exposure",
      unit,
      variant,
      at,
      ...(receivedAt !== undefined && { receivedAt: receivedAt }),
      ...(covariates && { covariates }),
      ...(covariates && fromHistory && { fromHistory: fromHistory }),
      ...origin,
    });
  }

  recordOutcome(outcome: Outcome): OutcomeStatus {
    const { id, unit, at, receivedAt, late, metrics, properties, source } = outcome;
    const before = this.#units.get(unit);
    const variant = outcome.variant ?? before?.v;
    if (comesFromQuarantined(source, this.#quarantines)) return this.#reject("key_quarantined");
    if (variant === undefined) return this.#reject("unit_not_exposed");
    const mark = markOf(id, source?.vouchedBy);
    if (before && this.#hasSeen(unit, before, mark)) {
      this.#ledger.totals.duplicates += 1;
      return "duplicate";
    }
    const state = this.#apply({
      kind: "outcome",
      id,
      unit,
      variant,
      at,
      receivedAt,
      metrics,
      ...(late && { isLate: late }),
      ...(properties && { properties }),
      ...originOf(source),
    });
    state.i.push(mark);
    return "accepted";
  }

  #reject(status: OutcomeStatus): OutcomeStatus {
    this.#ledger.totals.rejected += 1;
    return status;
  }

  #apply(observed: LogEntry): UnitState {
    const { unit } = observed;
    const before = this.#units.get(unit);
    const isReturning = before ? before.n === true : this.#returning.has(unit);
    const entry: LogEntry = isReturning ? { ...observed, isReturning: true } : observed;
    const state = this.#ledger.apply(before, entry);
    noteWitness(state, entry);
    this.#units.set(unit, state);
    this.changed.set(unit, state);
    this.entries.push(entry);
    return state;
  }

  #hasSeen(unit: string, state: UnitState, mark: number): boolean {
    if (state.i.includes(mark)) return true;
    if (state.b === 0) return false;
    const older = this.#older.get(unit) ?? this.#olderFingerprints(unit);
    this.#older.set(unit, older);
    return older.has(mark);
  }
}
