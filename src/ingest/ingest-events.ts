import { recordInShards } from "#aggregator/client.ts";
import type { OutcomeStatus } from "#aggregator/messages.ts";
import { unitHashesOf } from "#aggregator/unit-hash.ts";
import type { EventReceipt } from "#contract/events.ts";
import { restrictedMetricsOf } from "#ledger/metric-trust.ts";
import type { RulesetExperiment } from "#model/config/ruleset.ts";
import { loggedKeysOf } from "#model/metric/metric.ts";
import { counterOf } from "#shared/counters.ts";
import { type InputIssue, inputIssue } from "#shared/input-issue.ts";
import { ok, type Result } from "#shared/result.ts";
import { BEYOND_QUOTA } from "./beyond-quota.ts";
import { capWarnings } from "./cap-warnings.ts";
import { countRejectedEntries } from "./count-rejected.ts";
import type { IngestContext } from "./ingest-context.ts";
import { withExperiments } from "./look-up.ts";
import { type EntryContext, toRejected } from "./validate-entry.ts";
import { type RecordedEvent, type ValidEvent, validateEvent } from "./validate-event.ts";
import { evidenceOf, warningsOfUnvouched } from "./vouching.ts";

const accepted = counterOf("events", { result: "accepted" });
const duplicates = counterOf("events", { result: "duplicate" });
const rejections = counterOf("events", { result: "rejected" });

/** Metrics that nobody has defined yet are kept in the log, and named. */
function warningsOf(events: readonly ValidEvent[], { served }: IngestContext): EventReceipt["warnings"] {
  const unknown = new Set<string>();
  for (const { outcome, experiment } of events) {
    for (const key of Object.keys(outcome.metrics)) {
      const defined =
        served.ruleset.metrics.has(key) ||
        experiment.metricDefinitions.some((metric) => loggedKeysOf(metric).includes(key));
      if (!defined) unknown.add(key);
    }
  }
  return [...unknown].map((key) => ({
    code: "unknown_metric",
    message: `No metric '${key}' is defined: its values are kept in the log and can be computed once it is.`,
  }));
}

/** Values that metrics leave out because they came by a client key are kept in the log, and named. */
function warningsOfTrust(events: readonly ValidEvent[]): EventReceipt["warnings"] {
  const leftOut = events.flatMap(({ outcome, experiment, vouching: { source } }) =>
    source.vouchedBy === "key"
      ? []
      : Object.keys(outcome.metrics).flatMap((key) => restrictedMetricsOf(experiment.metricDefinitions, key)),
  );
  return [...new Set(leftOut)].map((metric) => ({
    code: "server_keys_only",
    message: `The metric '${metric}' takes values of server keys alone: what came of it by a client key is kept and left out.`,
  }));
}

/** Properties that an experiment does not list are dropped, and named. */
function warningsOfProperties(events: readonly ValidEvent[]): EventReceipt["warnings"] {
  const messages = events.flatMap(({ experiment: { key }, droppedProperties }) =>
    droppedProperties.map(
      (name) => `The property '${name}' is not kept: list it in 'properties' of the experiment '${key}'.`,
    ),
  );
  return [...new Set(messages)].map((message) => ({ code: "property_not_kept", message }));
}

const TEST_WARNING = {
  code: "test_events",
  message: "These were test events: they were checked, and none was recorded.",
};

/** Why an aggregator has not recorded an event. */
const NOT_RECORDED: Record<Exclude<OutcomeStatus, "accepted" | "duplicate">, InputIssue> = {
  key_quarantined: inputIssue([], "key_quarantined", "nothing that comes by this key is taken"),
  daily_quota_used_up: BEYOND_QUOTA,
  unit_erased: inputIssue(
    [],
    "unit_erased",
    "this unit was erased after the event happened, or less than 5 minutes before",
  ),
  unit_not_exposed: inputIssue(
    ["variant"],
    "unit_not_exposed",
    "this unit has not been assigned: assign it first, or send the variant that it got",
  ),
};

async function recordGroup(
  group: readonly ValidEvent[],
  receipt: EventReceipt,
  context: IngestContext,
): Promise<void> {
  const first = group[0];
  if (!first) return;
  const { statuses } = await recordInShards(
    context.environment.AGGREGATOR,
    first.experiment,
    [],
    group.map(({ outcome }) => outcome),
    first.vouching.ledger,
  );
  for (const [order, { index, id }] of group.entries()) {
    const status = statuses[order] ?? "unit_not_exposed";
    if (status === "accepted") receipt.accepted += 1;
    else if (status === "duplicate") receipt.duplicates += 1;
    else receipt.rejected.push({ ...toRejected("events", index, NOT_RECORDED[status]), id });
  }
}

/**
 * Records what events are to holdouts. Whether one is counted there or is known already is said to nobody: it is an event of another
 * experiment. A batch that fails half-way is sent again, and counts once in each.
 */
async function recordCopies(copies: readonly RecordedEvent[], { environment }: IngestContext): Promise<void> {
  if (copies.length === 0) return;
  const groups = Map.groupBy(copies, ({ experiment, vouching }) => `${experiment.key}/${vouching.ledger}`);
  const recordings = [...groups.values()].map(async (group) => {
    const [first] = group;
    if (!first) return;
    const outcomes = group.map(({ outcome }) => outcome);
    const { experiment, vouching } = first;
    await recordInShards(environment.AGGREGATOR, experiment, [], outcomes, vouching.ledger);
  });
  await Promise.all(recordings);
}

/** What of a batch may be recorded, and why the rest may not. */
interface Validated {
  valid: ValidEvent[];
  rejected: EventReceipt["rejected"];
  /** The experiments that rejected events were meant for, where that is known. */
  rejectedBy: RulesetExperiment[];
  /** What events are to holdouts, also such that their experiment rejects. */
  copies: RecordedEvent[];
}

function validateAll(raw: readonly unknown[], entryContext: EntryContext): Validated {
  const validated: Validated = { valid: [], rejected: [], rejectedBy: [], copies: [] };
  for (const [index, event] of raw.entries()) {
    const result = validateEvent(event, index, entryContext);
    validated.copies.push(...(result.ok ? result.value : result.error).copies);
    if (result.ok) validated.valid.push(result.value);
    else {
      validated.rejected.push(result.error.rejected);
      if (result.error.experiment) validated.rejectedBy.push(result.error.experiment);
    }
  }
  return validated;
}

/**
 * Records what of a batch can be recorded, whatever protocol it came by; resolves once that is durable.
 * @param raw outcome events as clients log them, unchecked
 * @param isTest checks them only: nothing is recorded, stored or counted. Whether a unit was assigned or an id is known is not asked.
 * @returns a refusal where the experiments cannot be read
 */
export async function ingestEvents(
  raw: readonly unknown[],
  context: IngestContext,
  isTest = false,
): Promise<Result<EventReceipt>> {
  const { served, environment, now } = context;
  const evidence = evidenceOf(context);
  const common = { ruleset: served.ruleset, units: unitHashesOf(environment), evidence, now };
  const validated = await withExperiments(context, (experiments) =>
    validateAll(raw, { ...common, experiments }),
  );
  if (!validated.ok) return validated;
  const { valid, rejected, rejectedBy, copies } = validated.value;
  const receipt: EventReceipt = { accepted: 0, duplicates: 0, rejected, warnings: [] };
  const warnings = [
    ...warningsOfUnvouched(valid),
    ...warningsOfTrust(valid),
    ...warningsOfProperties(valid),
    ...warningsOf(valid, context),
  ];
  if (isTest)
    return ok({ ...receipt, accepted: valid.length, warnings: capWarnings([TEST_WARNING, ...warnings]) });
  const groups = Map.groupBy(valid, ({ experiment, vouching }) => `${experiment.key}/${vouching.ledger}`);
  if (rejectedBy.length > 0)
    context.execution.waitUntil(countRejectedEntries(rejectedBy, evidence, environment));
  await Promise.all([
    ...[...groups.values()].map((group) => recordGroup(group, receipt, context)),
    recordCopies(copies, context),
  ]);
  receipt.rejected.sort((a, b) => a.index - b.index);
  receipt.warnings = capWarnings(warnings);
  accepted.value += receipt.accepted;
  duplicates.value += receipt.duplicates;
  rejections.value += receipt.rejected.length;
  return ok(receipt);
}
