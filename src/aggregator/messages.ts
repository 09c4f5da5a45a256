import type { AggregatedExperiment } from "#ledger/aggregated-experiment.ts";
import type { Source } from "#ledger/source.ts";
import type { ExperimentTotals } from "#model/analysis/moments.ts";
import type { UnitAttributes } from "#model/unit/kept-attributes.ts";

export interface Exposure {
  /** The unit's keyed hash. */
  unit: string;
  variant: string;
  /** The phase of weights that it belongs to; 0 by default. */
  phase?: number;
  /** The phase of its time, where its variant is one that only an earlier phase gives the unit; it says of none. */
  cameIn?: number;
  /** The first phase since which no unit that counts has changed its variant, where it is not that of its time. */
  keptSince?: number;
  /** Epoch milliseconds. */
  at: number;
  receivedAt?: number;
  covariates?: Record<string, number>;
  /** The covariates are from an experiment that had ended before this one began: at no time do they know of an outcome. */
  fromHistory?: true;
  /** What the experiment keeps of the unit's attributes. */
  attributes?: UnitAttributes;
  source?: Source;
}

export interface Outcome {
  id: string;
  unit: string;
  /** As the client says; without it the unit must have been exposed before. */
  variant?: string;
  /** The phase of weights that it belongs to, by its time unless the client says; 0 by default. */
  phase?: number;
  /** As of an exposure. */
  cameIn?: number;
  keptSince?: number;
  /** The client says. Otherwise it belongs to the unit's own phase, as far as nothing speaks against that. */
  isPhaseKnown?: true;
  /**
   * The variant that the hash gives the unit in that phase, null for none: where none is given, in an experiment with more
   * than one phase.
   */
  assigned?: string | null;
  at: number;
  receivedAt: number;
  /** Received long after it happened, or after the experiment had ended. */
  late?: true;
  metrics: Record<string, number>;
  properties?: Record<string, string | number | boolean>;
  source?: Source;
}

export interface RecordBatch {
  /** Needed once; an aggregator that does not know it yet asks for it. */
  experiment?: AggregatedExperiment;
  /** Among how many aggregators the experiment's units are divided; 1 by default. */
  shards?: number;
  exposures: Exposure[];
  outcomes: Outcome[];
}

export type OutcomeStatus =
  | "accepted"
  | "duplicate"
  | "unit_not_exposed"
  | "key_quarantined"
  | "unit_erased"
  | "daily_quota_used_up";

export interface RecordReply {
  /** One per outcome, in the order of the batch. */
  statuses: OutcomeStatus[];
  /** Places of exposures in the batch that the daily quota had no room for. */
  refusedExposures: number[];
  /** Nothing was recorded: the aggregator has yet to be told of its experiment. */
  needsExperiment?: true;
}

/** A unit's mean per metric in one experiment. */
export interface UnitHistory {
  /** The unit's keyed hash. */
  unit: string;
  means: Record<string, number>;
}

/** Totals, and how much of the log they are of. */
export interface CountedPhases {
  /** By phase of weights. */
  phases: ExperimentTotals[];
  /** The last outbox row that is part of the totals; 0 when there is none. */
  sequence: number;
}

/** The totals as of one point of the event log. */
export interface Checkpoint extends CountedPhases {
  /** Entries that are counted and not in the log, which was full for long. */
  unlogged: number;
}
