import type { ApiClient } from "#contract/client.ts";
import { postExperiment, postStart } from "#contract/experiments.ts";
import { getRuleset } from "#contract/ruleset.ts";
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
    promotion: null,
    // Some clients of these tests have a client key and no server that vouches for their units.
    unvouched: "admit",
    ...overrides,
  };
  await admin.call(postExperiment, { body: input });
  await admin.call(postStart, { params: { key } });
  await untilItWorks(async () => {
    const { experiments } = await admin.call(getRuleset);
    if (!experiments.some((served) => served.key === key)) throw new Error(`'${key}' is not served yet`);
  }, PATIENCE_MILLISECONDS);
}
