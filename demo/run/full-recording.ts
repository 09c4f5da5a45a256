import { emptyMoments } from "#analyzer/estimates/moments.ts";
import { RunningMoments } from "#analyzer/estimates/running-moments.ts";
import { type UnitStatistics, unitStatistics } from "#analyzer/estimates/unit-statistics.ts";
import { type WelchTest, welchTest } from "#analyzer/tests/welch.ts";
import { isUnavailable } from "#analyzer/unavailable.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import type { Recording } from "./recordings.ts";
import type { Arm, Scenario } from "./scenario.ts";

const ALPHA = 0.05;

/** Every task of the recording under one arm; a task's samples belong together. */
function statisticsOf(
  scenario: Scenario,
  recording: Recording,
  arm: Arm,
  definition: MetricDefinition,
): UnitStatistics | undefined {
  const running = new RunningMoments(emptyMoments());
  for (const task of recording.tasks) {
    const values = scenario
      .outcomes(recording.row(task, arm.recorded))
      .flatMap((metrics) => metrics[definition.key] ?? []);
    if (values.length === 0) continue;
    const y = values.reduce((sum, value) => sum + value, 0);
    running.replace(undefined, { y, d: values.length });
  }
  return unitStatistics(definition, running.moments, recording.tasks.length);
}

/** What the complete recording of both arms says: the answer that an experiment on a part of it should find. */
export function compareFullRecording(
  scenario: Scenario,
  recording: Recording,
  definition: MetricDefinition,
): WelchTest | undefined {
  const control = statisticsOf(scenario, recording, scenario.control, definition);
  const treatment = statisticsOf(scenario, recording, scenario.treatment, definition);
  if (!control || !treatment) return undefined;
  const test = welchTest(control, treatment, ALPHA);
  return isUnavailable(test) ? undefined : test;
}
