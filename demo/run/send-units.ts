import { setTimeout as sleep } from "node:timers/promises";
import { assignBatch, MAXIMUM_ASSIGNMENTS_PER_REQUEST } from "#contract/assignment.ts";
import type { ApiClient } from "#contract/client.ts";
import { postEvents } from "#contract/events.ts";
import type { Arm } from "./scenario.ts";
import type { RecordedUnit } from "./traffic.ts";

/** Edges serve a new ruleset within five seconds. */
const START_ATTEMPTS = 60;
const START_PAUSE_MILLISECONDS = 250;

/** What an app has to know of an experiment to send it units. */
export interface Target {
  config: { key: string };
  experiment: { key: string };
  arms: readonly Arm[];
}

export interface AssignedUnit extends RecordedUnit {
  /** Undefined once the experiment has ended: the app serves what is live and logs nothing for it. */
  arm: Arm | undefined;
  /** Which phase of the experiment's weights the assignment named, if it named one. */
  phase?: number;
}

/** Asks as an app would which variant each unit gets. @param expose false asks without taking part */
async function assignAll(
  app: ApiClient,
  { config, experiment, arms }: Target,
  units: readonly RecordedUnit[],
  expose = true,
): Promise<AssignedUnit[]> {
  const requests = units.map(({ unit }) => ({ config: config.key, unit, expose }));
  const { assignments } = await app.call(assignBatch, { body: { requests } });
  return units.map((unit, index) => {
    const assignment = assignments[index];
    if (!assignment || "code" in assignment) throw new Error(`${unit.unit} was not assigned`);
    const takesPart = assignment.experiment === experiment.key;
    return {
      ...unit,
      arm: takesPart ? arms.find(({ key }) => key === assignment.variant) : undefined,
      ...(assignment.phase !== null && { phase: assignment.phase }),
    };
  });
}

/** Logs what was recorded for the units under the arms they got. */
async function logOutcomes(
  app: ApiClient,
  { experiment: { key: experiment } }: Target,
  units: readonly AssignedUnit[],
): Promise<void> {
  const events = units.flatMap(({ unit, arm, phase, events: recorded, properties }) =>
    arm === undefined
      ? []
      : recorded(arm).map((metrics, index) => ({
          id: `${experiment}/${unit}/${index}`,
          experiment,
          unit,
          variant: arm.key,
          metrics,
          ...(phase !== undefined && { phase }),
          ...(properties && { properties }),
        })),
  );
  if (events.length === 0) return;
  const { rejected } = await app.call(postEvents, { body: { events } });
  if (rejected[0]) throw new Error(`event ${rejected[0].id} was rejected: ${rejected[0].message}`);
}

/** Waits until the edge serves an experiment that has just been started. */
export async function untilServed(app: ApiClient, target: Target, first: RecordedUnit): Promise<void> {
  for (let attempt = 0; attempt < START_ATTEMPTS; attempt++) {
    const [assigned] = await assignAll(app, target, [first]);
    if (assigned?.arm) return;
    await sleep(START_PAUSE_MILLISECONDS);
  }
  throw new Error(`${target.experiment.key} was started, but no edge serves it`);
}

/**
 * Has units assigned and logs what was recorded for them, as an app would.
 * @param isLost which units a faulty app loses sight of: it reports neither their exposure nor their outcomes
 */
export async function sendUnits(
  app: ApiClient,
  target: Target,
  units: readonly RecordedUnit[],
  isLost?: (unit: AssignedUnit) => boolean,
): Promise<void> {
  for (let start = 0; start < units.length; start += MAXIMUM_ASSIGNMENTS_PER_REQUEST) {
    const batch = units.slice(start, start + MAXIMUM_ASSIGNMENTS_PER_REQUEST);
    const assigned = await assignAll(app, target, batch, isLost === undefined);
    await logOutcomes(app, target, isLost ? assigned.filter((unit) => !isLost(unit)) : assigned);
  }
}
