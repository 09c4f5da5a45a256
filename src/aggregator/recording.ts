import { MAXIMUM_CLOCK_SKEW_MILLISECONDS } from "#contract/events.ts";
import { comesFromQuarantined, type Quarantine } from "#event-log/quarantine.ts";
import { isMetricCovariate } from "#ledger/adjusters.ts";
import { markOf } from "#ledger/fingerprint.ts";
import type { Ledger } from "#ledger/ledger.ts";
import type { ObservedEntry } from "#ledger/log-entry.ts";
import { applyObserved } from "#ledger/replay.ts";
import type { Source } from "#ledger/source.ts";
import type { UnitState } from "#ledger/unit-state.ts";
import { isNewWitness } from "#ledger/witnesses.ts";
import type { Exposure, Outcome, OutcomeStatus } from "./messages.ts";

/** Whether covariates that are sent again are those that a unit has. */
function areSameCovariates(one: Readonly<Record<string, number>>, other: UnitState["c"]): boolean {
  const names = Object.keys(one);
  const known = Object.keys(other ?? {}).filter(isMetricCovariate);
  return names.length === known.length && names.every((name) => one[name] === other?.[name]);
}

/** Where an entry came from, as the log has it. */
function originOf(source: Source | undefined): Pick<ObservedEntry, "key" | "vouchedBy" | "signedBy"> {
  if (!source) return {};
  const { key, vouchedBy, signedBy } = source;
  return {
    key,
    ...(vouchedBy !== "key" && { vouchedBy: vouchedBy }),
    ...(signedBy !== undefined && { signedBy: signedBy }),
  };
}

/**
 * The phase of an entry before its unit is looked at: that of its time where the unit counts in an earlier one with the entry's
 * variant, and otherwise one that gives the unit this variant.
 */
function timedPhase(entry: Exposure | Outcome, before: UnitState | undefined): number {
  const { phase = 0, cameIn = phase } = entry;
  return before && !before.n && entry.variant === before.v && (before.p ?? 0) < cameIn ? cameIn : phase;
}

/**
 * The phase of an outcome. Of one that does not say, the time tells only when it came: as long as its unit has not been seen in
 * that phase, it is about what the unit was given in its own. Whether it is given something else now must not matter: the variants
 * that lose weight would lose outcomes that the others keep.
 */
function phaseOf(outcome: Outcome, before: UnitState | undefined): number {
  const phase = timedPhase(outcome, before);
  const placed = placedPhase(outcome, outcome.variant ?? outcome.assigned, before);
  if (placed !== phase || outcome.isPhaseKnown || !before || before.n) return placed;
  const isAboutOwn = outcome.variant === undefined || outcome.variant === before.v;
  return isAboutOwn && !before.r?.includes(phase) ? (before.p ?? 0) : phase;
}

/**
 * The phase that an entry is written with: its own, or the one that its unit counts in, where no unit has changed its variant since.
 * The log knows no other, so that it is counted anew as it was counted.
 */
function placedPhase(
  entry: Exposure | Outcome,
  given: string | null | undefined,
  before: UnitState | undefined,
): number {
  const phase = timedPhase(entry, before);
  const { keptSince = phase } = entry;
  if (!before || before.n || given !== before.v) return phase;
  const own = before.p ?? 0;
  return own < phase && own >= keptSince ? own : phase;
}

/** The units of a batch. */
interface BatchUnits {
  /** Undefined for one that is new. */
  get(hash: string): UnitState | undefined;
  set(hash: string, state: UnitState): void;
}

/** One batch in progress: what it changes of units and totals, and the log entries it leaves. */
export class Recording {
  readonly entries: ObservedEntry[] = [];
  readonly #ledger: Ledger;
  readonly #units: BatchUnits;
  readonly #hasSpilled: (unit: string, mark: number) => boolean;
  readonly #quarantines: readonly Quarantine[];
  readonly #erased: ReadonlyMap<string, { at: number }>;

  /**
   * @param hasSpilled whether a unit has had an event, among those whose fingerprints no longer fit its state
   * @param erased units that were erased, and when, in epoch milliseconds: what may have happened before is refused, since
   *   nobody could tell whether it is sent again
   */
  constructor(
    ledger: Ledger,
    units: BatchUnits,
    hasSpilled: (unit: string, mark: number) => boolean,
    quarantines: readonly Quarantine[],
    erased: ReadonlyMap<string, { at: number }> = new Map(),
  ) {
    this.#ledger = ledger;
    this.#units = units;
    this.#hasSpilled = hasSpilled;
    this.#quarantines = quarantines;
    this.#erased = erased;
  }

  recordExposure(exposure: Exposure): void {
    const { unit, variant, at, receivedAt, covariates: given, fromHistory, attributes, source } = exposure;
    const state = this.#units.get(unit);
    const phase = placedPhase(exposure, variant, state);
    if (comesFromQuarantined(source, this.#quarantines) || this.#isErased(exposure)) {
      this.#ledger.note("rejected", phase);
      return;
    }
    // Of a unit that counts in another phase the log keeps once that it was seen in this one.
    if (state && (state.p ?? 0) !== phase) {
      if (!state.r?.includes(phase))
        this.#apply({
          kind: "exposure",
          unit,
          variant,
          phase,
          at,
          ...(receivedAt !== undefined && { receivedAt: receivedAt }),
          ...originOf(source),
        });
      return;
    }
    // A client's covariates are surely from before any outcome only where they come with the unit itself.
    const isLate = state !== undefined && given !== undefined && fromHistory !== true;
    const origin = originOf(source);
    if (isLate && !areSameCovariates(this.#ledger.covariatesOf({ covariates: given, ...origin }), state.c))
      this.#ledger.note("lateCovariates", phase);
    const covariates = isLate ? undefined : given;
    // An outcome may overtake the exposure that it comes of.
    const isOvertaken = state?.f !== undefined && (receivedAt ?? at) < state.f;
    const bringsNews = isOvertaken || (covariates !== undefined && state?.c === undefined && !state?.l);
    const saysNothingNew = state && !state.n && (state.x || state.l || state.v === variant) && !bringsNews;
    if (saysNothingNew && !isNewWitness(state, origin)) return;
    this.#apply({
      kind: "exposure",
      unit,
      variant,
      ...(phase > 0 && { phase }),
      at,
      ...(receivedAt !== undefined && { receivedAt: receivedAt }),
      ...(covariates && { covariates }),
      ...(covariates && fromHistory && { fromHistory: fromHistory }),
      // Later ones may be of another request, or know of the outcome.
      ...(attributes && (state === undefined || state.n) && { attributes }),
      ...origin,
    });
  }

  recordOutcome(outcome: Outcome): OutcomeStatus {
    const { id, unit, at, receivedAt, late, metrics, properties, source } = outcome;
    const before = this.#units.get(unit);
    const variant = outcome.variant ?? before?.v;
    const phase = phaseOf(outcome, before);
    if (comesFromQuarantined(source, this.#quarantines)) return this.#reject("key_quarantined", phase);
    if (this.#isErased(outcome)) return this.#reject("unit_erased", phase);
    if (variant === undefined) return this.#reject("unit_not_exposed", phase);
    if (before && this.#hasSeen(unit, before, markOf(id, source?.vouchedBy))) {
      this.#ledger.note("duplicates", phase);
      return "duplicate";
    }
    this.#apply({
      kind: "outcome",
      id,
      unit,
      variant,
      ...(phase > 0 && { phase }),
      at,
      receivedAt,
      metrics,
      ...(late && { isLate: late }),
      ...(properties && { properties }),
      ...originOf(source),
    });
    return "accepted";
  }

  #isErased({ unit, at, receivedAt = at }: Exposure | Outcome): boolean {
    const erased = this.#erased.get(unit);
    if (!erased) return false;
    // The clock of a client may be ahead: then what was received before the erasure bears a time behind it.
    const isTimedByClient = at !== receivedAt;
    return at <= erased.at + (isTimedByClient ? MAXIMUM_CLOCK_SKEW_MILLISECONDS : 0);
  }

  #reject(status: OutcomeStatus, phase: number): OutcomeStatus {
    this.#ledger.note("rejected", phase);
    return status;
  }

  #apply(entry: ObservedEntry): void {
    const { unit, phase = 0 } = entry;
    const before = this.#units.get(unit);
    const isReturning = before !== undefined && (before.p ?? 0) !== phase;
    const applied: ObservedEntry = isReturning ? { ...entry, isReturning } : entry;
    this.#units.set(unit, applyObserved(this.#ledger, before, applied));
    this.entries.push(applied);
  }

  #hasSeen(unit: string, state: UnitState, mark: number): boolean {
    return state.i.includes(mark) || (state.b > 0 && this.#hasSpilled(unit, mark));
  }
}
