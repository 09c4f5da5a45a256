import { setTimeout as sleep } from "node:timers/promises";
import { assignmentBatchReply, MAXIMUM_ASSIGNMENTS_PER_REQUEST } from "../src/model/assignment.ts";
import { eventReceipt } from "../src/model/event.ts";
import type { ApiClient } from "./api-client.ts";
import { everySecond, REPLAY_SECONDS } from "./pace.ts";
import type { Arm, Scenario } from "./scenario.ts";
import type { RecordedUnit } from "./traffic.ts";

/** Edges serve a new ruleset within five seconds. */
const START_ATTEMPTS = 60;
const START_PAUSE_MILLISECONDS = 250;

interface AssignedUnit extends RecordedUnit {
  /** Undefined once the experiment has ended: the app serves what is live and logs nothing for it. */
  arm: Arm | undefined;
}

/** Asks as an app would which variant each unit gets. */
async function assignAll(
  app: ApiClient,
  scenario: Scenario,
  units: readonly RecordedUnit[],
): Promise<AssignedUnit[]> {
  const requests = units.map(({ unit }) => ({ config: scenario.config.key, unit }));
  const { assignments } = await app.post("/v1/assign", { requests }, assignmentBatchReply);
  return units.map((unit, index) => {
    const assignment = assignments[index];
    if (!assignment || "code" in assignment) throw new Error(`${unit.unit} was not assigned`);
    const takesPart = assignment.experiment === scenario.experiment.key;
    const arms = [scenario.control, scenario.treatment];
    return { ...unit, arm: takesPart ? arms.find(({ key }) => key === assignment.variant) : undefined };
  });
}

/** Logs what was recorded for the units under the arms they got. */
async function logOutcomes(
  app: ApiClient,
  { experiment: { key: experiment } }: Scenario,
  units: readonly AssignedUnit[],
): Promise<void> {
  const events = units.flatMap(({ unit, arm, events: recorded }) =>
    arm === undefined
      ? []
      : recorded(arm).map((metrics, index) => ({
          id: `${experiment}/${unit}/${index}`,
          experiment,
          unit,
          variant: arm.key,
          metrics,
        })),
  );
  if (events.length === 0) return;
  const { rejected } = await app.post("/v1/events", { events }, eventReceipt);
  if (rejected[0]) throw new Error(`event ${rejected[0].id} was rejected: ${rejected[0].message}`);
}

async function untilServed(app: ApiClient, scenario: Scenario, first: RecordedUnit): Promise<void> {
  for (let attempt = 0; attempt < START_ATTEMPTS; attempt++) {
    const [assigned] = await assignAll(app, scenario, [first]);
    if (assigned?.arm) return;
    await sleep(START_PAUSE_MILLISECONDS);
  }
  throw new Error(`${scenario.experiment.key} was started, but no edge serves it`);
}

/** Sends a scenario's units through Bakeoff, spread evenly over the replay. @param onProgress units sent since the last call */
export async function replay(
  app: ApiClient,
  scenario: Scenario,
  traffic: readonly RecordedUnit[],
  onProgress: (units: number) => void,
): Promise<void> {
  if (traffic[0]) await untilServed(app, scenario, traffic[0]);
  const until = (step: number): number => Math.floor((traffic.length * step) / REPLAY_SECONDS);
  for await (const step of everySecond(REPLAY_SECONDS)) {
    const share = traffic.slice(until(step), until(step + 1));
    for (let start = 0; start < share.length; start += MAXIMUM_ASSIGNMENTS_PER_REQUEST) {
      const batch = share.slice(start, start + MAXIMUM_ASSIGNMENTS_PER_REQUEST);
      await logOutcomes(app, scenario, await assignAll(app, scenario, batch));
    }
    onProgress(share.length);
  }
}
