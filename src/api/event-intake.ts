import type { Outcome } from "../aggregator/messages.ts";
import { hashUnit } from "../aggregator/unit-hash.ts";
import {
  LATE_AFTER_MILLISECONDS,
  LATE_EVENT_WINDOW_MILLISECONDS,
  MAXIMUM_CLOCK_SKEW_MILLISECONDS,
  type OutcomeEvent,
  outcomeEvent,
  type RejectedEvent,
} from "../model/event.ts";
import { type InputIssue, toInputIssues, toPointer } from "../model/issue.ts";
import { findForbiddenPath } from "../model/json.ts";
import { findValueTrouble } from "../model/metric.ts";
import type { RulesetExperiment } from "../model/ruleset.ts";
import type { EdgeRuleset } from "../ruleset/edge-cache.ts";

/** An event that may be recorded, with its place in the batch. */
export interface AdmittedEvent {
  index: number;
  id: string;
  experiment: RulesetExperiment;
  /** Which period of the experiment's weights the outcome belongs to. */
  period: number;
  outcome: Outcome;
}

/** A refused event, with the experiment that it was meant for where that is known. */
export type Admission =
  | { ok: true; event: AdmittedEvent }
  | { ok: false; rejected: RejectedEvent; experiment: RulesetExperiment | undefined };

interface Intake {
  ruleset: EdgeRuleset;
  unitKey: string;
  /** Epoch milliseconds. */
  now: number;
}

const fault = (path: readonly PropertyKey[], code: string, message: string): InputIssue => ({
  path: toPointer(path),
  code,
  message,
});

/** What an event that may be anything says under a name, if it says a text. */
function textOf(raw: unknown, name: string): string | undefined {
  const value: unknown = typeof raw === "object" && raw !== null ? Reflect.get(raw, name) : undefined;
  return typeof value === "string" ? value : undefined;
}

/** The schema's faults, or those of its values that only the ruleset can know. */
function findShapeFault(raw: unknown): { fault: InputIssue } | { event: OutcomeEvent } {
  const forbidden = findForbiddenPath(raw);
  if (forbidden) return { fault: fault(forbidden.path, forbidden.code, "this is not allowed here") };
  const parsed = outcomeEvent.safeParse(raw, { reportInput: true });
  if (parsed.success) return { event: parsed.data };
  const [first] = toInputIssues(parsed.error.issues);
  return { fault: first ?? fault([], "invalid_value", "this is not an event") };
}

function findExperimentFault(
  event: OutcomeEvent,
  experiment: RulesetExperiment,
  now: number,
): InputIssue | undefined {
  if (event.variant !== undefined && !experiment.variants.some(({ key }) => key === event.variant)) {
    return fault(["variant"], "unknown_variant", `the experiment has no variant '${event.variant}'`);
  }
  if (event.period !== undefined && event.period >= experiment.periods.length) {
    return fault(["period"], "unknown_period", "the experiment has had no such period");
  }
  if (experiment.endedAt !== null && now > experiment.endedAt + LATE_EVENT_WINDOW_MILLISECONDS) {
    return fault(["experiment"], "experiment_ended", "the experiment ended too long ago to take outcomes");
  }
  return undefined;
}

/** The period that a moment lies in. */
function periodAt({ periods }: RulesetExperiment, at: number): number {
  return Math.max(
    0,
    periods.findLastIndex(({ startedAt }) => startedAt <= at),
  );
}

function findTimeFault(at: number, { startedAt }: RulesetExperiment, now: number): InputIssue | undefined {
  if (at > now + MAXIMUM_CLOCK_SKEW_MILLISECONDS) {
    return fault(["timestamp"], "timestamp_in_future", "the timestamp lies in the future");
  }
  if (at < startedAt - MAXIMUM_CLOCK_SKEW_MILLISECONDS) {
    return fault(
      ["timestamp"],
      "timestamp_before_start",
      "the timestamp lies before the start of the experiment",
    );
  }
  return undefined;
}

function isLate(at: number, { endedAt }: RulesetExperiment, now: number): boolean {
  return now - at > LATE_AFTER_MILLISECONDS || (endedAt !== null && now > endedAt);
}

function findMetricFault(
  event: OutcomeEvent,
  experiment: RulesetExperiment,
  ruleset: EdgeRuleset,
): InputIssue | undefined {
  for (const [key, value] of Object.entries(event.metrics)) {
    const definition =
      experiment.definitions.find((candidate) => candidate.key === key) ?? ruleset.metrics.get(key);
    const trouble = definition && findValueTrouble(definition, value);
    if (trouble) return fault(["metrics", key], "impossible_value", trouble);
  }
  return undefined;
}

/** Decides whether one event of a batch is recorded. Pure but for the keyed hash. */
export function admitEvent(raw: unknown, index: number, { ruleset, unitKey, now }: Intake): Admission {
  const reject = (issue: InputIssue): Admission => ({
    ok: false,
    experiment: ruleset.prepared.experiments.get(textOf(raw, "experiment") ?? ""),
    rejected: {
      index,
      id: textOf(raw, "id")?.slice(0, 128) ?? null,
      path: `/events/${index}${issue.path}`,
      code: issue.code,
      message: issue.message,
    },
  });
  const shape = findShapeFault(raw);
  if ("fault" in shape) return reject(shape.fault);
  const { event } = shape;
  const experiment = ruleset.prepared.experiments.get(event.experiment);
  if (!experiment) {
    return reject(fault(["experiment"], "unknown_experiment", "no experiment with this key takes outcomes"));
  }
  const at = event.timestamp ?? now;
  const trouble =
    findExperimentFault(event, experiment, now) ??
    findTimeFault(at, experiment, now) ??
    findMetricFault(event, experiment, ruleset);
  if (trouble) return reject(trouble);
  const { id, metrics, variant, properties } = event;
  const outcome: Outcome = {
    id,
    unit: hashUnit(unitKey, event.unit),
    at,
    receivedAt: now,
    ...(isLate(at, experiment, now) && { late: true }),
    metrics,
    ...(variant !== undefined && { variant }),
    ...(properties && { properties }),
  };
  const period = event.period ?? periodAt(experiment, at);
  return { ok: true, event: { index, id, experiment, period, outcome } };
}
