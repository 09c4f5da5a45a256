import { ApiError } from "#contract/client.ts";
import { type EventReceipt, postEvents } from "#contract/events.ts";
import { bell } from "../random-numbers.ts";
import type { AppKey, Batch, ModelExperiment, SentEvent, World } from "./model.ts";
import type { Choices } from "./random.ts";
import { chaosClient, isTransient } from "./requests.ts";

/** Why an event may be refused although its sender did nothing wrong. */
const REFUSALS = [
  "experiment_ended",
  "after_end",
  "during_pause",
  "variant_switched_off",
  "key_quarantined",
  "unit_erased",
];

/** Ids of events. */
const attempted = new Set<string>();

function isExplained(event: SentEvent, experiment: ModelExperiment, code: string): boolean {
  if (REFUSALS.includes(code)) return true;
  if (event.variant === undefined && code === "unit_not_exposed") return true;
  if (event.phase !== undefined || code !== "wrong_variant") return false;
  // The schedule's clock runs ahead, so that a phase may begin later than it is assigned.
  if (experiment.isAdaptive) return true;
  // So may the one that an arm begins that is switched off; and the event may be from before that.
  return experiment.assigned
    .keys()
    .some((place) => place.endsWith(`/${event.unit}`) && !place.startsWith("0/"));
}

/** Events of units that have been assigned, some without variant or phase, some of a while ago. */
export function makeEvents(world: World, choices: Choices, count: number): SentEvent[] {
  const { experiment } = choices.from(world.slots);
  const known = [...experiment.assigned];
  if (known.length === 0) return [];
  return Array.from({ length: count }, () => {
    const [place, variant] = choices.from(known);
    const slash = place.indexOf("/");
    const truth = experiment.truth[variant];
    world.eventNumber += 1;
    const knowsVariant = choices.happens(0.7);
    return {
      id: `event-${world.eventNumber}`,
      experiment: experiment.key,
      unit: place.slice(slash + 1),
      ...(knowsVariant && { variant }),
      ...(knowsVariant && choices.happens(0.7) && { phase: Number(place.slice(0, slash)) }),
      ...(choices.happens(0.3) && { timestamp: Date.now() - choices.below(20_000) }),
      metrics: {
        task_success: Number(choices.happens(truth?.success ?? 0)),
        error: Number(choices.happens(truth?.error ?? 0)),
        latency_ms: Math.round(1_000 * Math.exp(0.4 * bell(choices.number))),
        cost_usd: choices.number() / 100,
        refusal: Number(choices.happens(0.1)),
      },
    };
  });
}

export function experimentOf(world: World, event: SentEvent): ModelExperiment | undefined {
  const active = world.slots.find(({ experiment }) => experiment.key === event.experiment);
  return active?.experiment ?? world.ended.find(({ key }) => key === event.experiment);
}

/** Whether an event has been acknowledged, not by a key that is quarantined, and of no unit that was erased. */
function counts(world: World, event: SentEvent): boolean {
  const experiment = experimentOf(world, event);
  if (experiment?.erased.has(event.unit)) return false;
  const key = experiment?.acknowledgedBy.get(event.id);
  return key !== undefined && !world.quarantined.has(key.id);
}

function takeReceipt(
  world: World,
  events: readonly SentEvent[],
  key: AppKey,
  acknowledgedBefore: ReadonlySet<SentEvent>,
  { accepted, duplicates, rejected }: EventReceipt,
  triedBefore: number,
): void {
  const { journal } = world;
  const refusals = new Map(rejected.map(({ index, code }) => [index, code]));
  const known = events.filter(
    (event, index) => acknowledgedBefore.has(event) && !refusals.has(index) && counts(world, event),
  ).length;
  if (accepted + duplicates + rejected.length !== events.length)
    journal.fault(
      `a receipt for ${events.length} events tells of ${accepted} + ${duplicates} + ${rejected.length}`,
    );
  if (duplicates < known) journal.fault(`${known - duplicates} acknowledged events were accepted again`);
  if (duplicates > triedBefore)
    journal.fault(`${duplicates} duplicates of ${triedBefore} events that were sent before`);
  for (const [index, event] of events.entries()) {
    const experiment = experimentOf(world, event);
    if (!experiment) continue;
    const code = refusals.get(index);
    if (code === undefined) {
      experiment.acknowledgedBy.set(event.id, key);
      if (experiment.erased.has(event.unit)) {
        experiment.uncertain.set(event.id, event);
        continue;
      }
      experiment.acknowledged.set(event.id, event);
      experiment.uncertain.delete(event.id);
    } else {
      journal.count(`refused: ${code}`);
      if (!isExplained(event, experiment, code))
        journal.fault(`${event.id} of ${JSON.stringify(event)} was refused: ${code}`);
      if (!experiment.acknowledged.has(event.id)) experiment.uncertain.set(event.id, event);
    }
  }
}

/** Sends a batch once. @returns false where it has to be sent again */
export async function sendBatch(world: World, { events, key }: Batch, patience?: number): Promise<boolean> {
  const { server, journal } = world;
  const before = new Set(events.filter((event) => counts(world, event)));
  const triedBefore = events.filter((event) => attempted.has(event.id)).length;
  for (const event of events) attempted.add(event.id);
  try {
    const receipt = await chaosClient(server, journal, key.secret, patience).call(postEvents, {
      body: { events: [...events] },
    });
    takeReceipt(world, events, key, before, receipt, triedBefore);
    journal.count("events", events.length);
    return true;
  } catch (cause) {
    if (isTransient(cause) || (cause instanceof ApiError && cause.status === 401)) {
      journal.count("batches to repeat");
      return false;
    }
    // Where not one event is accepted, the batch is refused.
    if (cause instanceof ApiError && cause.code === "no_event_accepted") {
      for (const event of events) {
        const experiment = experimentOf(world, event);
        if (experiment && !experiment.acknowledged.has(event.id)) experiment.uncertain.set(event.id, event);
      }
      return true;
    }
    throw cause;
  }
}

/** Some that were acknowledged not long ago, all by one key. */
function chooseAcknowledged({ slots }: World, choices: Choices): Batch | undefined {
  const { acknowledged, acknowledgedBy } = choices.from(slots).experiment;
  const old = [...acknowledged.values()].slice(-200);
  const [first] = old;
  const key = first && acknowledgedBy.get(choices.from(old).id);
  return (
    key && { key, events: old.filter(({ id }) => acknowledgedBy.get(id) === key && choices.happens(0.2)) }
  );
}

function chooseBatch(world: World, choices: Choices): Batch | undefined {
  if (choices.happens(0.1)) return chooseAcknowledged(world, choices);
  const { pending, keys } = world;
  // What waits is sent in any order.
  if (pending.length > 0 && choices.happens(0.5)) return pending.splice(choices.below(pending.length), 1)[0];
  return { key: choices.from(keys), events: makeEvents(world, choices, 1 + choices.below(60)) };
}

/** Sends new events, or some again: what got no answer, what was acknowledged before. */
export async function sendSome(world: World, choices: Choices): Promise<void> {
  const batch = chooseBatch(world, choices);
  if (!batch || batch.events.length === 0) return;
  const isImpatient = !world.isCalm && choices.happens(0.15);
  const isSent = await sendBatch(world, batch, isImpatient ? 1 + choices.below(60) : undefined);
  if (!isSent) world.pending.push(batch);
}
