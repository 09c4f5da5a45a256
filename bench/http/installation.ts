import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { variantInPhase } from "#assigner/variant-in-phase.ts";
import type { ApiClient } from "#contract/client.ts";
import { postConfig, postConfigVersion } from "#contract/configs.ts";
import { getExperiment, postExperiment, postStart } from "#contract/experiments.ts";
import { postKey } from "#contract/keys.ts";
import { connect } from "#tools/connect.ts";
import { freePorts } from "#tools/local-server/free-ports.ts";
import { startLocalServer } from "#tools/local-server/local-server.ts";
import { randomNumbers } from "#tools/random-numbers.ts";
import type { Target } from "./load.ts";
import { youngestRuntime } from "./runtime.ts";

/** The metrics that an outcome carries in these measurements, and values as different as real ones. @param random from 0 to 1 */
const METRICS: Record<string, (random: () => number) => number> = {
  task_success: (random) => Number(random() < 0.7),
  latency_ms: (random) => Math.round(300 + 2_000 * random() ** 3),
  cost_usd: (random) => Number((0.02 * random() ** 2).toFixed(6)),
  input_tokens: (random) => Math.round(100 + 2_000 * random()),
  output_tokens: (random) => Math.round(10 + 800 * random() ** 2),
  hallucination: (random) => Number(random() < 0.05),
};

export interface Installation {
  api: ApiClient;
  /** Where requests reach the Worker with nothing in between. */
  target: Target;
  secret: string;
  /** The folder of its databases. */
  data: string;
  runSchedule: (at?: number) => Promise<void>;
  stop: () => Promise<void>;
}

/** A local server with an empty data folder, on plain workerd: the Worker as it is deployed, without local limits. */
export async function startInstallation(): Promise<Installation> {
  const data = await mkdtemp(join(tmpdir(), "bakeoff-bench-"));
  const { port, workerPort } = await freePorts();
  const settings = { adminKey: undefined, unitKey: undefined, prices: undefined };
  const server = await startLocalServer({ ...settings, host: "127.0.0.1", port, workerPort, data }, false);
  const api = connect(server.api, server.adminKey);
  return {
    api,
    target: { port: workerPort, pid: youngestRuntime() },
    secret: await serverKey(api),
    data,
    runSchedule: server.runSchedule,
    stop: async () => {
      await server.stop();
      await rm(data, { recursive: true, force: true });
    },
  };
}

export async function serverKey(api: ApiClient): Promise<string> {
  const { secret } = await api.call(postKey, { body: { name: "bench", scope: "server" } });
  return secret;
}

/** Makes a running experiment with two variants and six metrics, on an AI config of the same key. */
export async function createExperiment(api: ApiClient, key: string, shards = 1): Promise<void> {
  await api.call(postConfig, {
    body: { key, value: { model: "small", prompt: "Answer in one sentence." } },
  });
  await api.call(postConfigVersion, {
    params: { key },
    body: { value: { model: "large", prompt: "Answer in one sentence." } },
  });
  await api.call(postExperiment, {
    body: {
      key,
      kind: "model",
      config: key,
      properties: ["country"],
      shards,
      variants: [
        { key: "control", version: 1, weight: 0.5 },
        { key: "treatment", version: 2, weight: 0.5 },
      ],
      metrics: Object.keys(METRICS).map((metric, index) => ({
        metric,
        role: index === 0 ? "primary" : "secondary",
      })),
    },
  });
  await api.call(postStart, { params: { key } });
}

/** Makes outcomes of an experiment, each with an id of its own and the variant that its unit has. */
export async function outcomeMaker(api: ApiClient, key: string): Promise<(unit: string) => object> {
  const { spec, phases } = await api.call(getExperiment, { params: { key } });
  const assigned = { ...spec, phases };
  const prefix = Math.random().toString(16).slice(2, 10).padEnd(8, "0");
  const random = randomNumbers(1);
  let serial = 0;
  return (unit) => ({
    id: `${prefix}-0000-4000-8000-${String(serial++).padStart(12, "0")}`,
    experiment: key,
    unit,
    variant: variantInPhase(assigned, 0, unit),
    metrics: Object.fromEntries(Object.entries(METRICS).map(([metric, value]) => [metric, value(random)])),
  });
}
