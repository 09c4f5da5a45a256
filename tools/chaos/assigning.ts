import { assignBatch } from "#contract/assignment.ts";
import { ApiError } from "#contract/client.ts";
import { postExposures } from "#contract/exposures.ts";
import { anyUnit, type ModelExperiment, type World } from "./model.ts";
import type { Choices } from "./random.ts";
import { chaosClient, isTransient } from "./requests.ts";

/** No edge serves an older state of things than this, unless it says so. */
const MAXIMUM_AGE_MILLISECONDS = 5_000;

/** Between an answer that told of a change and its being noted here. */
const MARGIN_MILLISECONDS = 250;

const UNITS_AT_ONCE = 25;

const isLongAgo = (seen: number | undefined, now: number): boolean =>
  seen !== undefined && now - seen > MAXIMUM_AGE_MILLISECONDS + MARGIN_MILLISECONDS;

/** What an assignment says against what is known: who has which variant, which arms have left, what is live. */
function judge(
  { journal }: World,
  experiment: ModelExperiment,
  unit: string,
  { variant, phase }: { variant: string; phase: number },
  askedAt: number,
): void {
  const { key, assigned, seenSwitchedOff, seenEnded } = experiment;
  const place = `${phase}/${unit}`;
  const before = assigned.get(place);
  if (before !== undefined && before !== variant)
    journal.fault(`${key}: ${unit} moved from ${before} to ${variant} within phase ${phase}`);
  assigned.set(place, variant);
  if (isLongAgo(seenSwitchedOff.get(variant), askedAt))
    journal.fault(
      `${key}: ${unit} got ${variant} ${askedAt - (seenSwitchedOff.get(variant) ?? 0)} ms after it was switched off`,
    );
  if (isLongAgo(seenEnded, askedAt)) journal.fault(`${key}: ${unit} got ${variant} after the end`);
}

/** Asks for the variants of some units, and remembers them. */
export async function assignSome(world: World, choices: Choices): Promise<void> {
  const { server, journal } = world;
  const { experiment } = choices.from(world.slots);
  const { key, config } = experiment;
  const client = chaosClient(server, journal, choices.from(world.keys).secret);
  const units = Array.from({ length: UNITS_AT_ONCE }, () => anyUnit(experiment, choices));
  const requests = units.map((unit) => ({ config, unit, expose: choices.happens(0.8) }));
  const askedAt = Date.now();
  try {
    const { assignments, stale } = await client.call(assignBatch, { body: { requests } });
    journal.count("assignments", assignments.length);
    if (stale) return journal.count("stale assignments", assignments.length);
    for (const [index, assignment] of assignments.entries()) {
      const unit = units[index];
      if ("code" in assignment) journal.fault(`${key}: an assignment was refused: ${assignment.code}`);
      else if (
        unit &&
        assignment.experiment === key &&
        assignment.variant !== null &&
        assignment.reason !== "DISABLED"
      )
        judge(
          world,
          experiment,
          unit,
          { variant: assignment.variant, phase: assignment.phase ?? 0 },
          askedAt,
        );
    }
  } catch (cause) {
    if (!isTransient(cause) && !(cause instanceof ApiError && cause.status === 401)) throw cause;
  }
}

/** Tells of some assignments once more, as clients do that evaluate for themselves. */
export async function exposeSome(world: World, choices: Choices): Promise<void> {
  const { experiment } = choices.from(world.slots);
  const known = [...experiment.assigned];
  if (known.length === 0) return;
  const exposures = Array.from({ length: UNITS_AT_ONCE }, () => {
    const [place, variant] = choices.from(known);
    const slash = place.indexOf("/");
    return {
      experiment: experiment.key,
      unit: place.slice(slash + 1),
      variant,
      phase: Number(place.slice(0, slash)),
    };
  });
  const client = chaosClient(world.server, world.journal, choices.from(world.keys).secret);
  try {
    await client.call(postExposures, { body: { exposures } });
    world.journal.count("exposures", exposures.length);
  } catch (cause) {
    // Where not one of them is accepted, the batch is refused.
    if (!isTransient(cause) && !(cause instanceof ApiError && [401, 422].includes(cause.status))) throw cause;
  }
}
