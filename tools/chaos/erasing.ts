import { getErasure, postErasure } from "#contract/erasures.ts";
import { anyUnit, type ModelExperiment, type World } from "./model.ts";
import type { Choices } from "./random.ts";
import { untilAnswered } from "./requests.ts";

const PATIENCE_MILLISECONDS = 60_000;
const ASK_EVERY_MILLISECONDS = 500;

/** From now on nothing is sure of what the unit has sent: an event that is under way may come before or after. */
function forget(experiment: ModelExperiment, unit: string): Set<string> {
  experiment.erased.add(unit);
  for (const place of [...experiment.assigned.keys()])
    if (place.endsWith(`/${unit}`)) experiment.assigned.delete(place);
  const events = new Set<string>();
  for (const [id, event] of experiment.acknowledged) {
    if (event.unit !== unit) continue;
    // One without a time that is under way again happens when it arrives: then it is of a new unit.
    if (event.timestamp !== undefined) events.add(id);
    experiment.acknowledged.delete(id);
    experiment.uncertain.set(id, event);
  }
  return events;
}

/** Asks for the erasure of one of an experiment's units. */
export async function eraseSome(world: World, experiment: ModelExperiment, choices: Choices): Promise<void> {
  const unit = anyUnit(experiment, choices);
  const events = forget(experiment, unit);
  const body = { unit, reason: "somebody asks for it" };
  const { id } = await world.admin.call(postErasure, { body });
  experiment.erasures.push({ id, events });
}

/** Waits until what was promised is done, while the schedule runs. @param runSchedule once */
export async function awaitErasures(
  { admin, slots, journal }: World,
  runSchedule: () => void,
): Promise<void> {
  const deadline = Date.now() + PATIENCE_MILLISECONDS;
  for (const { experiment } of slots) {
    for (const { id } of experiment.erasures) {
      const isDone = async () =>
        (await untilAnswered(() => admin.call(getErasure, { params: { id } }))).state === "done";
      while (!(await isDone())) {
        if (Date.now() > deadline) {
          journal.fault(`${experiment.key}: the erasure ${id} does not end`);
          return;
        }
        runSchedule();
        await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MILLISECONDS));
      }
    }
  }
}
