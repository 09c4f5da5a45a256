/// <reference types="vite/types/importMeta.d.ts" />
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import worker from "../../src/index.ts";
import { createExperiment, succeed } from "../support/api-client.ts";
import { caseFile, type OtelCase, toRequest } from "../support/otel-cases.ts";
import { readJson, telemetrySender } from "../support/telemetry-sender.ts";

const files = import.meta.glob("../vectors/otel/cases/*.json", { eager: true, import: "default" });

const METRICS = [
  "task_success",
  "latency_ms",
  "error",
  "input_tokens",
  "output_tokens",
  "ttft_ms",
  "cost_usd",
];

const PATIENCE = { timeout: 10_000, interval: 100 };

const { requestOf } = telemetrySender();

/** Sends the spans of a case through the Worker. @returns what the answer says, and the results' metrics */
async function run(oneCase: OtelCase) {
  const metrics = METRICS.map((metric, index) => ({ metric, role: index === 0 ? "primary" : "secondary" }));
  const { key, config } = await createExperiment({ metrics });
  for (const unit of oneCase.assign) await succeed("POST", "/v1/assign", { config, unit });
  // Exposures are recorded behind the answer.
  await vi.waitFor(async () => {
    const { analysis } = await succeed("GET", `/v1/experiments/${key}/results`);
    expect(analysis.units).toBe(oneCase.assign.length);
  }, PATIENCE);
  const body = toRequest(oneCase, key, Date.now());
  const execution = createExecutionContext();
  const variables = { ...env, ...(oneCase.prices !== undefined && { BAKEOFF_PRICES: oneCase.prices }) };
  const response = await worker.fetch(requestOf({ body }), variables, execution);
  await waitOnExecutionContext(execution);
  expect(response.status).toBe(200);
  const { partialSuccess } = readJson({ bytes: new Uint8Array(await response.arrayBuffer()) });
  const { analysis } = await succeed("GET", `/v1/experiments/${key}/results`);
  const estimateOf = (metric: string) =>
    analysis.metrics
      .find((one: { metric: string }) => one.metric === metric)
      .variants.find(({ variant }: { variant: string }) => variant === "control");
  const inAll = (metric: string) =>
    analysis.metrics
      .find((one: { metric: string }) => one.metric === metric)
      .variants.reduce((sum: number, { observations }: { observations: number }) => sum + observations, 0);
  return { message: partialSuccess?.errorMessage ?? "", estimateOf, inAll };
}

function check(oneCase: OtelCase, { message, estimateOf, inAll }: Awaited<ReturnType<typeof run>>) {
  for (const [metric, { observations, estimate }] of Object.entries(oneCase.expected)) {
    const told = estimateOf(metric);
    expect(told.observations, `${metric}: ${message}`).toBe(observations);
    if (estimate !== undefined) expect(told.estimate, metric).toBeCloseTo(estimate, 9);
  }
  for (const [metric, observations] of Object.entries(oneCase.expectedInAll)) {
    expect(inAll(metric), `${metric}: ${message}`).toBe(observations);
  }
  for (const text of oneCase.answer) expect(message).toContain(text);
}

describe.each(Object.entries(files))("%s", (_file, raw) => {
  const { cases } = caseFile.parse(raw);

  it.each(cases.map((oneCase) => [oneCase.what, oneCase] as const))("%s", async (_what, oneCase) => {
    check(oneCase, await run(oneCase));
  });
});
