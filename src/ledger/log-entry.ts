import type { UnitAttributes } from "#model/unit/kept-attributes.ts";
import type { Source } from "./source.ts";

/** What exposures and outcomes have in common, as a ledger counts them. */
interface Entry {
  /** The unit's keyed hash. */
  unit: string;
  variant: string;
  /** When it happened, epoch milliseconds. */
  at: number;
  /** The id of the API key by which it came; entries from before that was kept do not tell. */
  key?: string | undefined;
  /** Who vouches for the unit, where it is not the key itself. */
  vouchedBy?: Exclude<Source["vouchedBy"], "key"> | undefined;
  /** The id of the key that signed the token or made the handle. */
  signedBy?: string | undefined;
  /** The phase of weights that it belongs to; 0 where it is left out. */
  phase?: number | undefined;
  /** The unit was first seen in another phase of weights, and counts there only. */
  isReturning?: true | undefined;
}

export interface ExposureEntry extends Entry {
  kind: "exposure";
  /** When it was received, epoch milliseconds; entries from before that was kept do not tell. */
  receivedAt?: number | undefined;
  /** What was known of the unit from before, per metric. */
  covariates?: Record<string, number> | undefined;
  /** The covariates are from an earlier experiment of Bakeoff's own. */
  fromHistory?: true | undefined;
  /** What the experiment keeps of the unit's attributes. */
  attributes?: UnitAttributes | undefined;
}

export interface OutcomeEntry extends Entry {
  kind: "outcome";
  id: string;
  /** When it was received, epoch milliseconds. */
  receivedAt: number;
  metrics: Record<string, number>;
  /** Received long after it happened, or after the experiment had ended. */
  isLate?: true | undefined;
  properties?: Record<string, string | number | boolean> | undefined;
}

/** What was observed of a unit. */
export type ObservedEntry = ExposureEntry | OutcomeEntry;

/** A unit is erased: what the log holds of it before this entry counts nowhere. What comes after it is of a new unit. */
export interface ErasureEntry extends Pick<Entry, "unit" | "at" | "phase"> {
  kind: "erasure";
  /** There was anything of the unit; `phase` is the one that it counted in. */
  wasCounted?: true | undefined;
}

/** One line of the event log: enough to rebuild every total from nothing. */
export type LogEntry = ObservedEntry | ErasureEntry;
