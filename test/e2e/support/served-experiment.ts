import { clientRulesetSchema } from "#contract/ruleset.ts";
import type { ApiClient } from "#demo/run/api-client.ts";
import { experimentSchema } from "#model/experiment/experiment.ts";
import { PATIENCE_MILLISECONDS, untilItWorks } from "./server-patience.ts";

/** Starts an experiment with one arm per weight, `arm-1`, `arm-2`, …, and waits until it is served. */
export async function startExperiment(
  admin: ApiClient,
  config: string,
  key: string,
  weights: readonly number[],
  overrides: Record<string, unknown> = {},
): Promise<void> {
  const input = {
    key,
    kind: "model",
    config,
    variants: weights.map((weight, index) => ({ key: `arm-${index + 1}`, version: index + 1, weight })),
    metrics: [{ metric: "task_success", role: "primary" }],
    minimumUnits: 1_000_000,
    minimumDurationSeconds: 0,
    // Some clients of these tests have a client key and no server that vouches for their units.
    unvouched: "admit",
    ...overrides,
  };
  await admin.post("/v1/experiments", input, experimentSchema);
  await admin.post(`/v1/experiments/${key}/start`, {}, experimentSchema);
  await untilItWorks(async () => {
    const { experiments } = await admin.get("/v1/ruleset", clientRulesetSchema);
    if (!experiments.some((served) => served.key === key)) throw new Error(`'${key}' is not served yet`);
  }, PATIENCE_MILLISECONDS);
}
