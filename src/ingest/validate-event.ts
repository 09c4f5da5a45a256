import type { Outcome } from "#aggregator/messages.ts";
import { hashUnit } from "#aggregator/unit-hash.ts";
import {
  handledEventSchema,
  LATE_AFTER_MILLISECONDS,
  type OutcomeEvent,
  outcomeEventSchema,
  type RejectedEvent,
} from "#contract/events.ts";
import type { RulesetExperiment, RulesetKey } from "#model/config/ruleset.ts";
import { invalidLoggedValueReason } from "#model/metric/metric.ts";
import type { EdgeRuleset } from "#ruleset/edge-cache.ts";
import type { InputIssue } from "#shared/input-issue.ts";
import { openHandle } from "./open-handle.ts";
import {
  type EntryContext,
  experimentNamedBy,
  parseEntry,
  resolvePlacement,
  textOf,
  toRejected,
  validationError,
} from "./validate-entry.ts";
import type { Vouching } from "./vouching.ts";

/** An event that may be recorded, with its place in the batch. */
export interface ValidEvent {
  index: number;
  id: string;
  experiment: RulesetExperiment;
  /** Which phase of the experiment's weights the outcome belongs to. */
  phase: number;
  outcome: Outcome;
  vouching: Vouching;
}

/** A refused event, with the experiment that it was meant for where that is known. */
type Admission =
  | { ok: true; event: ValidEvent }
  | { ok: false; rejected: RejectedEvent; experiment: RulesetExperiment | undefined };

function findMetricFault(
  event: OutcomeEvent,
  experiment: RulesetExperiment,
  ruleset: EdgeRuleset,
): InputIssue | undefined {
  for (const [key, value] of Object.entries(event.metrics)) {
    const defined = ruleset.metrics.get(key);
    const frozen = experiment.metricDefinitions;
    const concerned =
      frozen.some((definition) => definition.key === key) || !defined ? frozen : [...frozen, defined];
    for (const definition of concerned) {
      const trouble = invalidLoggedValueReason(definition, key, value);
      if (trouble) return validationError(["metrics", key], "impossible_value", trouble);
    }
  }
  return undefined;
}

function isLate(at: number, { endedAt }: RulesetExperiment, now: number): boolean {
  return now - at > LATE_AFTER_MILLISECONDS || (endedAt !== null && now > endedAt);
}

/** An event as it was sent, or as its handle completes it. */
type ReadEvent = { validationError: InputIssue } | { entry: OutcomeEvent; handleKey?: RulesetKey };

function readEvent(raw: unknown, { ruleset }: EntryContext): ReadEvent {
  if (textOf(raw, "handle") === undefined) return parseEntry(outcomeEventSchema, raw);
  const parsed = parseEntry(handledEventSchema, raw);
  if ("validationError" in parsed) return parsed;
  const { handle, ...rest } = parsed.entry;
  const opened = openHandle(handle, ruleset);
  if (!opened)
    return {
      validationError: validationError(
        ["handle"],
        "invalid_handle",
        "no key of this installation has made this",
      ),
    };
  const { key, ...run } = opened;
  const completed = parseEntry(outcomeEventSchema, { ...rest, ...run });
  return "validationError" in completed ? completed : { ...completed, handleKey: key };
}

/** Decides whether one event of a batch is recorded. Pure but for the keyed hash. */
export function validateEvent(raw: unknown, index: number, intake: EntryContext): Admission {
  const reject = (issue: InputIssue): Admission => ({
    ok: false,
    experiment: experimentNamedBy(raw, intake)[0],
    rejected: { ...toRejected("events", index, issue), id: textOf(raw, "id")?.slice(0, 128) ?? null },
  });
  const read = readEvent(raw, intake);
  if ("validationError" in read) return reject(read.validationError);
  const { entry: event, handleKey } = read;
  const placed = resolvePlacement({ ...event, handleKey }, intake);
  if ("validationError" in placed) return reject(placed.validationError);
  const { experiment, phase, at, mayExpose, vouching } = placed.placement;
  const trouble = findMetricFault(event, experiment, intake.ruleset);
  if (trouble) return reject(trouble);
  const { id, metrics, variant, properties } = event;
  const outcome: Outcome = {
    id,
    unit: hashUnit(intake.unitKey, event.unit),
    at,
    receivedAt: intake.now,
    ...(isLate(at, experiment, intake.now) && { late: true }),
    metrics,
    ...(variant !== undefined && mayExpose && { variant }),
    ...(properties && { properties }),
    source: vouching.source,
  };
  return { ok: true, event: { index, id, experiment, phase, outcome, vouching } };
}
