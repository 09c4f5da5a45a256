import type { AttributedArm } from "../attribution/claims.ts";
import { toMilliseconds } from "../otlp/otlp.ts";

/** An entry as `POST /v1/exposures` or `POST /v1/events` takes it, with the span or log record that told it. */
export interface SourcedEntry<Entry> {
  /** The item's place in the request. */
  item: number;
  entry: Entry;
}

export interface ExposureEntry extends AttributedArm {
  timestamp?: number;
}

export interface OutcomeEntry extends AttributedArm {
  id: string;
  timestamp?: number;
  metrics: Record<string, number>;
}

/** What the spans or log records of a request say that an experiment has use for. */
export interface Observations {
  exposures: SourcedEntry<ExposureEntry>[];
  outcomes: SourcedEntry<OutcomeEntry>[];
  /** Why items were left aside, one reason each. */
  ignored: string[];
  /** What could not be taken for what it says it is. */
  rejected: SourcedEntry<string>[];
  /** What was left out of items that were taken, one reason each. */
  leftOut: string[];
  /** Models without a price, whose calls have no cost. */
  unpriced: Set<string>;
}

export function noObservations(): Observations {
  return { exposures: [], outcomes: [], ignored: [], rejected: [], leftOut: [], unpriced: new Set() };
}

/** When something happened, where that is known: without it an entry counts from when it arrives. */
export function timestampOf(at: bigint | undefined): { timestamp?: number } {
  return at === undefined ? {} : { timestamp: toMilliseconds(at) };
}
