import type { Recording } from "./recordings.ts";
import type { Arm, Metrics, Scenario } from "./scenario.ts";
import { shuffled } from "./shuffled.ts";

/** One unit to be replayed: which one, and what was recorded for it under each arm. */
export interface RecordedUnit {
  unit: string;
  events: (arm: Arm) => Metrics[];
  /** What is known of the unit besides, for segments. */
  properties?: Readonly<Record<string, string>>;
}

function unitsOf(scenario: Scenario, recording: Recording, task: string): RecordedUnit[] {
  const eventsOfTask = (arm: Arm): Metrics[] => scenario.outcomes(recording.row(task, arm.recorded));
  if (scenario.unitIs === "task") return [{ unit: task, events: eventsOfTask }];
  return eventsOfTask(scenario.control).map((_, index) => ({
    unit: `${task}:${index}`,
    events: (arm) => eventsOfTask(arm).slice(index, index + 1),
  }));
}

/** A scenario's units in the order of their arrival, the same in every run. */
export function trafficOf(scenario: Scenario, recording: Recording): RecordedUnit[] {
  const units = recording.tasks.flatMap((task) => unitsOf(scenario, recording, task));
  return shuffled(units, scenario.experiment.key).slice(0, scenario.replayedUnits);
}
