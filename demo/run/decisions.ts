import { setTimeout as sleep } from "node:timers/promises";
import type { ApiClient } from "#contract/client.ts";
import { getExperiment } from "#contract/experiments.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import type { Scenario } from "./scenario.ts";

const POLL_PAUSE_MILLISECONDS = 1_000;

/** Longer than the replay, two looks of the schedule and a slow machine together. */
const PATIENCE_MILLISECONDS = 210_000;

/** Waits until Bakeoff has ended the experiment. @returns the experiment as it is then, or as it is when patience ends */
export async function awaitDecision(
  admin: ApiClient,
  scenario: Pick<Scenario, "experiment">,
): Promise<Experiment> {
  const deadline = Date.now() + PATIENCE_MILLISECONDS;
  for (;;) {
    const current = await admin.call(getExperiment, { params: { key: scenario.experiment.key } });
    if (current.conclusion || Date.now() > deadline) return current;
    await sleep(POLL_PAUSE_MILLISECONDS);
  }
}

/** Seconds between an experiment's start and its end. */
export function secondsToDecision({ startedAt, conclusion }: Experiment): number | undefined {
  return startedAt === null || conclusion === null
    ? undefined
    : Math.round((conclusion.at - startedAt) / 1_000);
}
