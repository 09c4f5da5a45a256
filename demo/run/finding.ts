import type { ApiClient } from "#contract/client.ts";
import type { Verification } from "#contract/lists.ts";
import { getResults, getVerification } from "#contract/results.ts";
import type { Difference } from "#model/analysis/analysis.ts";
import type { ExperimentResults } from "#model/analysis/results.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import { compareFullRecording } from "./full-recording.ts";
import type { Recording } from "./recordings.ts";
import type { Scenario } from "./scenario.ts";

/** An effect, treatment − control, with its 95 % interval. */
export interface Effect {
  estimate: number;
  lower: number | null;
  upper: number | null;
}

export interface ShownMetric {
  definition: MetricDefinition;
  /** What the experiment saw when it ended, with the interval that is valid at every look. */
  observed: Effect | undefined;
  /** What the complete recording of both arms says, with the interval for a single look. */
  recorded: Effect | undefined;
}

/** Everything that came out of one scenario. */
export interface Finding {
  scenario: Scenario;
  experiment: Experiment;
  units: number;
  metrics: ShownMetric[];
  verification: Verification;
  asExpected: boolean;
}

function isAsExpected({ expected }: Scenario, { conclusion }: Experiment): boolean {
  if (conclusion?.action !== expected.action) return false;
  return expected.actor === undefined || conclusion.actor === expected.actor;
}

function observedEffect({ analysis }: ExperimentResults, metric: string): Effect | undefined {
  const found = analysis.metrics.find((candidate) => candidate.metric === metric);
  const difference = found?.comparisons[0]?.difference;
  const isKnown = (candidate: typeof difference): candidate is Difference => candidate?.status === "ok";
  return isKnown(difference)
    ? { estimate: difference.estimate, ...difference.alwaysValid.interval }
    : undefined;
}

function recordedEffect(
  scenario: Scenario,
  recording: Recording,
  definition: MetricDefinition,
): Effect | undefined {
  const test = compareFullRecording(scenario, recording, definition);
  return test && { estimate: test.estimate, ...test.interval };
}

/** Reads how an experiment ended and sets it against the full recording. */
export async function findOut(
  admin: ApiClient,
  scenario: Scenario,
  recording: Recording,
  experiment: Experiment,
): Promise<Finding> {
  const { key } = scenario.experiment;
  const results = await admin.call(getResults, { params: { key } });
  const metricDefinitions = scenario.shown.flatMap(
    (key) => experiment.metricDefinitions.find((definition) => definition.key === key) ?? [],
  );
  return {
    scenario,
    experiment,
    units: results.analysis.units,
    metrics: metricDefinitions.map((definition) => ({
      definition,
      observed: observedEffect(results, definition.key),
      recorded: recordedEffect(scenario, recording, definition),
    })),
    verification: await admin.call(getVerification, { params: { key } }),
    asExpected: isAsExpected(scenario, experiment),
  };
}
