import type { ApiClient } from "#contract/client.ts";
import { connect } from "#tools/connect.ts";
import type { LocalServer } from "#tools/local-server/local-server.ts";
import { SCENARIOS } from "../scenarios/index.ts";
import { awaitDecision, secondsToDecision } from "./decisions.ts";
import { type Finding, findOut } from "./finding.ts";
import { openProgress, type Progress } from "./progress.ts";
import { readRecording } from "./recordings.ts";
import { replay } from "./replay.ts";
import { describeDecision, reportTable } from "./report-table.ts";
import type { Scenario } from "./scenario.ts";
import { createAppKey, setUp, start, WHAT_IS_SHORTENED } from "./set-up.ts";
import { trafficOf } from "./traffic.ts";

/** Starts a scenario, replays its recording and waits for Bakeoff's own decision. */
async function run(
  admin: ApiClient,
  app: ApiClient,
  scenario: Scenario,
  progress: Progress,
): Promise<() => Promise<Finding>> {
  const { control, treatment } = scenario;
  const recording = await readRecording(scenario.recording, [control.recorded, treatment.recorded]);
  const traffic = trafficOf(scenario, recording);
  const shown = progress.add(scenario, traffic.length);
  await start(admin, scenario);
  const decided = awaitDecision(admin, scenario).then((experiment) => {
    shown.decided(`${describeDecision(experiment)} after ${secondsToDecision(experiment) ?? "?"} s`);
    return experiment;
  });
  await Promise.all([decided, replay(app, scenario, traffic, shown.advance)]);
  return async () => findOut(admin, scenario, recording, await decided);
}

/**
 * Runs every scenario against a server through the public API alone and prints what was decided.
 * @returns true when every decision is the expected one and every event log agrees with its aggregator
 */
export async function runDemo({ api, adminKey }: LocalServer): Promise<boolean> {
  const admin = connect(api, adminKey);
  console.log(`${WHAT_IS_SHORTENED}\n`);
  for (const scenario of SCENARIOS) await setUp(admin, scenario);
  const app = connect(api, await createAppKey(admin));

  const progress = openProgress();
  const ended = await Promise.all(SCENARIOS.map((scenario) => run(admin, app, scenario, progress)));
  progress.stop();

  const findings: Finding[] = [];
  for (const find of ended) findings.push(await find());
  console.log(`\n${reportTable(findings)}`);
  return findings.every(({ asExpected, verification }) => asExpected && verification.agrees);
}
