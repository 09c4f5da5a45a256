import type { ApiClient } from "#contract/client.ts";
import { postEvents } from "#contract/events.ts";
import { getExperiment } from "#contract/experiments.ts";
import { postExposures } from "#contract/exposures.ts";
import { unitWith } from "#test/support/assigned-units.ts";
import { createRunning } from "./experiment-setup.ts";

const TASKS = ["code", "math", "writing"];
const SHARES = [0.15, 0.5, 0.85];

/** An experiment that adjusts for the task of its units, with 150 units of each task and variant. */
export async function prepareExperimentByTask(admin: ApiClient, key: string): Promise<void> {
  await createRunning(admin, key, {
    adjustFor: { strata: { attribute: "task", values: TASKS }, covariates: ["promptLength"] },
    attributes: ["tier"],
  });
  const { spec } = await admin.call(getExperiment, { params: { key } });
  const weights = Object.fromEntries(spec.variants.map((variant) => [variant.key, variant.weight]));
  const units = spec.variants.flatMap(({ key: variant }) =>
    Array.from({ length: 450 }, (_, index) => ({
      index,
      variant,
      unit: unitWith(`${variant}-${index}`, [{ key, weights }, variant]),
    })),
  );
  const exposures = units.map(({ index, variant, unit }) => ({
    experiment: key,
    unit,
    variant,
    attributes: {
      task: TASKS[index % 3] ?? "",
      promptLength: 100 + ((index * 37) % 400),
      tier: index % 2 === 0 ? "free" : "paid",
    },
  }));
  await admin.call(postExposures, { body: { exposures } });
  const events = units.map(({ index, variant, unit }) => ({
    id: `${variant}-${index}`,
    experiment: key,
    unit,
    variant,
    metrics: {
      task_success: (index * 0.618_034) % 1 < (SHARES[index % 3] ?? 0) ? 1 : 0,
      error: index % 50 === 0 ? 1 : 0,
      latency_ms: 700 + ((index * 37) % 400),
      cost_usd: 0.002 + (index % 10) / 10_000,
    },
  }));
  await admin.call(postEvents, { body: { events } });
}
