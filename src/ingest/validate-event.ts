import type { Outcome } from "#aggregator/messages.ts";
import {
  handledEventSchema,
  LATE_AFTER_MILLISECONDS,
  type OutcomeEvent,
  outcomeEventSchema,
  type RejectedEvent,
} from "#contract/events.ts";
import type { RulesetExperiment, RulesetKey } from "#model/config/ruleset.ts";

import { isKept } from "#model/experiment/event-properties.ts";
import { COMPARISON } from "#model/experiment/holdout-arms.ts";
import { invalidLoggedValueReason, loggedKeysOf, type MetricDefinition } from "#model/metric/metric.ts";

import { type InputIssue, inputIssue } from "#shared/input-issue.ts";
import { failure, ok, type Result } from "#shared/result.ts";
import { holdoutsComparing } from "./holdouts.ts";
import { openHandle } from "./open-handle.ts";
import { readPlainEvent } from "./plain-event.ts";
import {
  type EntryContext,
  experimentNamedBy,
  type Placement,
  parseEntry,
  resolvePlacement,
  textOf,
  toRejected,
  UNIT_KEY_MISSING,
} from "./validate-entry.ts";
import type { Vouching } from "./vouching.ts";

/** Where an event is recorded, and how. */
export interface RecordedEvent {
  experiment: RulesetExperiment;
  outcome: Outcome;
  vouching: Vouching;
}

/** An event that may be recorded, with its place in the batch. */
export interface ValidEvent extends RecordedEvent {
  index: number;
  id: string;
  /** The holdouts that it counts in too. */
  copies: readonly RecordedEvent[];
  /** The names of the properties that its experiment does not keep, and that are gone. */
  droppedProperties: readonly string[];
}

/** An event that is not recorded, with the experiment that it was meant for where that is known. */
interface InvalidEvent {
  rejected: RejectedEvent;
  experiment: RulesetExperiment | undefined;
  /** The holdouts that it counts in all the same. */
  copies: readonly RecordedEvent[];
}

/** Why an experiment takes nothing of a time in which its holdouts go on: held-out units have no pauses, and no end but the holdout's. */
const WITHOUT_TRAFFIC: ReadonlySet<string> = new Set([
  "after_end",
  "during_pause",
  "experiment_ended",
  "variant_switched_off",
]);

/** By logged key: the frozen definitions that say something of its values. Experiments are replaced, never changed. */
const frozenDefinitions = new WeakMap<RulesetExperiment, Map<string, readonly MetricDefinition[]>>();

function frozenDefinitionsOf(key: string, experiment: RulesetExperiment): readonly MetricDefinition[] {
  let byKey = frozenDefinitions.get(experiment);
  if (!byKey) {
    byKey = new Map();
    for (const definition of experiment.metricDefinitions)
      for (const name of new Set([definition.key, ...loggedKeysOf(definition)]))
        byKey.set(name, [...(byKey.get(name) ?? []), definition]);
    frozenDefinitions.set(experiment, byKey);
  }
  return byKey.get(key) ?? [];
}

/** The definitions that say something of a key's values: the experiment's own, or the catalog's where it has none of that key. */
function definitionsOf(
  key: string,
  experiment: RulesetExperiment,
  ruleset: EntryContext["ruleset"],
): readonly MetricDefinition[] {
  const frozen = frozenDefinitionsOf(key, experiment);
  const defined = ruleset.metrics.get(key);
  return !defined || frozen.some((definition) => definition.key === key) ? frozen : [...frozen, defined];
}

function findMetricIssue(
  event: OutcomeEvent,
  experiment: RulesetExperiment,
  ruleset: EntryContext["ruleset"],
): InputIssue | undefined {
  for (const key of Object.keys(event.metrics)) {
    const value = event.metrics[key];
    if (value === undefined) continue;
    for (const definition of definitionsOf(key, experiment, ruleset)) {
      const reason = invalidLoggedValueReason(definition, key, value);
      if (reason) return inputIssue(["metrics", key], "impossible_value", reason);
    }
  }
  return undefined;
}

function isLate(at: number, { endedAt }: RulesetExperiment, now: number): boolean {
  return now - at > LATE_AFTER_MILLISECONDS || (endedAt !== null && now > endedAt);
}

/** An event as it was sent, or as its handle completes it. */
function readEvent(
  raw: unknown,
  { ruleset }: EntryContext,
): Result<{ event: OutcomeEvent; handleKey?: RulesetKey }, InputIssue> {
  const plain = readPlainEvent(raw);
  if (plain) return ok({ event: plain });
  if (textOf(raw, "handle") === undefined) {
    const parsed = parseEntry(outcomeEventSchema, raw);
    return parsed.ok ? ok({ event: parsed.value }) : parsed;
  }
  const parsed = parseEntry(handledEventSchema, raw);
  if (!parsed.ok) return parsed;
  const { handle, ...rest } = parsed.value;
  const opened = openHandle(handle, ruleset);
  if (!opened) {
    return failure(inputIssue(["handle"], "invalid_handle", "no key of this installation has made this"));
  }
  const { key, ...run } = opened;
  const completed = parseEntry(outcomeEventSchema, { ...rest, ...run });
  return completed.ok ? ok({ event: completed.value, handleKey: key }) : completed;
}

const NOTHING: readonly string[] = [];
const NO_COPIES: readonly RecordedEvent[] = [];

/** The properties that an experiment keeps, and the names of the others. */
function divideProperties(
  properties: OutcomeEvent["properties"],
  experiment: RulesetExperiment,
): { kept?: OutcomeEvent["properties"]; dropped: readonly string[] } {
  if (!properties) return { dropped: NOTHING };
  const dropped = Object.keys(properties).filter((name) => !isKept(name, experiment));
  if (dropped.length === 0) return { kept: properties, dropped };
  const kept = Object.entries(properties).filter(([name]) => !dropped.includes(name));
  return { ...(kept.length > 0 && { kept: Object.fromEntries(kept) }), dropped };
}

function toOutcome(
  event: OutcomeEvent,
  unit: string,
  { experiment, phase, assigned, cameIn, at, mayExpose, vouching }: Placement,
  properties: OutcomeEvent["properties"],
  now: number,
): Outcome {
  const { id, metrics, variant } = event;
  const given = mayExpose ? variant : undefined;
  return {
    id,
    unit,
    phase,
    ...(cameIn !== undefined && { cameIn }),
    ...(event.phase !== undefined && { isPhaseKnown: true }),
    ...(given === undefined && experiment.phases.length > 1 && { assigned: assigned ?? null }),
    at,
    receivedAt: now,
    ...(isLate(at, experiment, now) && { late: true }),
    metrics,
    ...(given !== undefined && { variant: given }),
    ...(properties && { properties }),
    source: vouching.source,
  };
}

/**
 * What an event of an experiment is to the holdouts in whose comparison its unit is: the same, of the holdout's variant. What is
 * wrong with it there keeps it from nothing else.
 */
function copiesOf(
  event: OutcomeEvent,
  handleKey: RulesetKey | undefined,
  { experiment, at }: Pick<Placement, "experiment" | "at">,
  context: EntryContext,
): readonly RecordedEvent[] {
  const holdouts = holdoutsComparing(event.unit, experiment, context.experiments, at);
  if (holdouts.length === 0) return NO_COPIES;
  const { phase: _phase, variant, ...rest } = event;
  return holdouts.flatMap((holdout) => {
    const claim = { ...rest, experiment: holdout.key, ...(variant !== undefined && { variant: COMPARISON }) };
    const placement = resolvePlacement({ ...claim, handleKey }, context);
    const unit = context.units.of(event.unit, holdout.unitKeyId);
    if (!placement.ok || unit === undefined || findMetricIssue(event, holdout, context.ruleset)) return [];
    const { vouching } = placement.value;
    const { kept } = divideProperties(event.properties, holdout);
    const outcome = toOutcome(claim, unit, placement.value, kept, context.now);
    return { experiment: placement.value.experiment, outcome, vouching };
  });
}

/** Decides whether one event of a batch is recorded. Pure but for the keyed hash. */
export function validateEvent(
  raw: unknown,
  index: number,
  context: EntryContext,
): Result<ValidEvent, InvalidEvent> {
  const reject = (issue: InputIssue, copies: readonly RecordedEvent[] = NO_COPIES) =>
    failure({
      copies,
      experiment: experimentNamedBy(raw, context)[0],
      rejected: { ...toRejected("events", index, issue), id: textOf(raw, "id")?.slice(0, 128) ?? null },
    });
  const parsed = readEvent(raw, context);
  if (!parsed.ok) return reject(parsed.error);
  const { event, handleKey } = parsed.value;
  const placement = resolvePlacement({ ...event, handleKey }, context);
  if (!placement.ok) {
    const named = context.experiments.experiment(event.experiment);
    if (!named || !WITHOUT_TRAFFIC.has(placement.error.code)) return reject(placement.error);
    const at = event.timestamp ?? context.now;
    return reject(placement.error, copiesOf(event, handleKey, { experiment: named, at }, context));
  }
  const { experiment, vouching } = placement.value;
  const metricIssue = findMetricIssue(event, experiment, context.ruleset);
  if (metricIssue) return reject(metricIssue);
  const unit = context.units.of(event.unit, experiment.unitKeyId);
  if (unit === undefined) return reject(UNIT_KEY_MISSING);
  const { kept, dropped: droppedProperties } = divideProperties(event.properties, experiment);
  const outcome = toOutcome(event, unit, placement.value, kept, context.now);
  const copies = copiesOf(event, handleKey, placement.value, context);
  return ok({ index, id: event.id, experiment, outcome, vouching, copies, droppedProperties });
}
