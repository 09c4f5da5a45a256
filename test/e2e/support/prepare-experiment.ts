import { aiConfig, aiConfigVersion } from "../../../src/model/ai-config.ts";
import { eventReceipt } from "../../../src/model/event.ts";
import { experiment } from "../../../src/model/experiment.ts";
import type { TestServer } from "./server.ts";

interface Wanted {
  key: string;
  name: string;
  /** How many units have an outcome; none leaves a draft. */
  units: number;
}

/** Sends outcomes of so many further units, half of them per variant; the treatment solves more tasks. */
export async function sendOutcomes(
  server: TestServer,
  key: string,
  units: number,
  batch = "first",
): Promise<void> {
  const events = Array.from({ length: units }, (_, index) => ({
    id: `${key}/${batch}/${index}`,
    experiment: key,
    unit: `${batch}-${index}`,
    variant: index % 2 === 0 ? "control" : "treatment",
    metrics: { task_success: index % 4 === 0 ? 0 : 1, error: 0 },
  }));
  await server.admin.post("/v1/events", { events }, eventReceipt);
  server.runSchedule();
}

/** An AI config with two versions and an experiment on them, running and analysed as soon as it has units. */
export async function prepareExperiment(server: TestServer, { key, name, units }: Wanted): Promise<void> {
  const { admin } = server;
  const config = `${key}-config`;
  await admin.post("/v1/configs", { key: config, value: { model: "small" } }, aiConfig);
  await admin.post(`/v1/configs/${config}/versions`, { value: { model: "large" } }, aiConfigVersion);
  await admin.post(
    "/v1/experiments",
    {
      key,
      name,
      kind: "model",
      config,
      variants: [
        { key: "control", version: 1, weight: 0.5 },
        { key: "treatment", version: 2, weight: 0.5 },
      ],
      metrics: [
        { metric: "task_success", role: "primary" },
        { metric: "error", role: "guardrail", margin: { kind: "absolute", value: 0.2 } },
      ],
      minimumUnits: 5_000,
      analysisIntervalSeconds: 60,
    },
    experiment,
  );
  if (units === 0) return;
  await admin.post(`/v1/experiments/${key}/start`, {}, experiment);
  await sendOutcomes(server, key, units);
}
