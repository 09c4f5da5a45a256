import type { ApiClient } from "#contract/client.ts";
import { postConfig, postConfigVersion } from "#contract/configs.ts";
import { postExperiment, postStart } from "#contract/experiments.ts";
import { postKey } from "#contract/keys.ts";
import { postMetric } from "#contract/metrics.ts";
import type { Scenario } from "./scenario.ts";

/** Nobody waits a day for a demo. Everything else is as it is by default. */
const SHORTENED = { minimumDurationSeconds: 0, promotion: null, analysisIntervalSeconds: 60 };

/** What the demo does otherwise than experiments by default, for whoever watches it. */
export const WHAT_IS_SHORTENED =
  "The demo replays recorded answers within minutes, so its experiments have no minimum duration (by default a day) and are analyzed every minute (by default every five).";

/** A scenario's experiment, as it is created. @param version the treatment's */
export function experimentOf({ experiment, config, control, treatment }: Scenario, version = 2) {
  return {
    ...experiment,
    config: config.key,
    variants: [
      { key: control.key, version: 1, weight: 0.5 },
      { key: treatment.key, version, weight: 0.5 },
    ],
    control: control.key,
    ...SHORTENED,
  };
}

/** Creates a scenario's AI config with both versions, the control's live, and a draft of its experiment. */
export async function setUp(admin: ApiClient, scenario: Scenario): Promise<void> {
  const { config, control, treatment } = scenario;
  await admin.call(postConfig, { body: { ...config, value: control.value, note: control.key } });
  const { version } = await admin.call(postConfigVersion, {
    params: { key: config.key },
    body: { value: treatment.value, note: treatment.key },
  });
  for (const metric of scenario.ownMetrics ?? []) await admin.call(postMetric, { body: metric });
  await admin.call(postExperiment, { body: experimentOf(scenario, version) });
}

export async function start(admin: ApiClient, { experiment: { key } }: Scenario): Promise<void> {
  await admin.call(postStart, { params: { key }, body: { reason: "the demo begins" } });
}

/** A key as an app's server would hold it: it may ask for variants and log events, and nothing else. */
export async function createAppKey(admin: ApiClient): Promise<string> {
  const { secret } = await admin.call(postKey, { body: { name: "Demo app", scope: "server" } });
  return secret;
}
