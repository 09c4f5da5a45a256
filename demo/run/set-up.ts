import { aiConfigSchema, aiConfigVersionSchema } from "#model/config/ai-config.ts";
import { experimentSchema } from "#model/experiment/experiment.ts";
import { createdApiKeySchema } from "#model/key/api-key.ts";
import { metricDefinitionSchema } from "#model/metric/metric.ts";
import type { ApiClient } from "./api-client.ts";
import type { Scenario } from "./scenario.ts";

/** Nobody waits a day for a demo. Everything else is as it is by default. */
const SHORTENED = { minimumDurationSeconds: 0, analysisIntervalSeconds: 60 };

/** What the demo does otherwise than experiments by default, for whoever watches it. */
export const WHAT_IS_SHORTENED =
  "The demo replays recorded answers within minutes, so its experiments have no minimum duration (by default a day) and are analyzed every minute (by default every five).";

/** Creates a scenario's AI config with both versions, the control's live, and a draft of its experiment. */
export async function setUp(admin: ApiClient, scenario: Scenario): Promise<void> {
  const { config, control, treatment } = scenario;
  await admin.post("/v1/configs", { ...config, value: control.value, note: control.key }, aiConfigSchema);
  const { version } = await admin.post(
    `/v1/configs/${config.key}/versions`,
    { value: treatment.value, note: treatment.key },
    aiConfigVersionSchema,
  );
  for (const metric of scenario.ownMetrics ?? [])
    await admin.post("/v1/metrics", metric, metricDefinitionSchema);
  await admin.post(
    "/v1/experiments",
    {
      ...scenario.experiment,
      config: config.key,
      variants: [
        { key: control.key, version: 1, weight: 0.5 },
        { key: treatment.key, version, weight: 0.5 },
      ],
      control: control.key,
      ...SHORTENED,
    },
    experimentSchema,
  );
}

export async function start(admin: ApiClient, { experiment: { key } }: Scenario): Promise<void> {
  await admin.post(`/v1/experiments/${key}/start`, { reason: "the demo begins" }, experimentSchema);
}

/** A key as an app's server would hold it: it may ask for variants and log events, and nothing else. */
export async function createAppKey(admin: ApiClient): Promise<string> {
  const { secret } = await admin.post("/v1/keys", { name: "Demo app", scope: "server" }, createdApiKeySchema);
  return secret;
}
