import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect } from "vitest";
import worker from "../../src/limited.ts";
import { createExperiment, succeed } from "./api-client.ts";
import { seedOfFirstVariant } from "./assigned-units.ts";
import type { Expectations } from "./otel-cases.ts";
import { readJson, type telemetrySender } from "./telemetry-sender.ts";

const METRICS = [
  "task_success",
  "latency_ms",
  "error",
  "input_tokens",
  "output_tokens",
  "ttft_ms",
  "cost_usd",
];

/** Those of the cases and recordings whose spans say that they got the variant `control`. */
const UNITS = ["ann", "1234567890123456789", "1234567890123456788", "1234567890123456800"];

interface VariantEstimate {
  variant: string;
  observations: number;
  estimate: number;
}

/** What became of some spans. */
export interface SpanResults {
  /** What the answer says; empty where it says nothing. */
  message: string;
  /** The metric of the arm `control`. */
  estimateOf(metric: string): VariantEstimate | undefined;
  /** Observations of a metric in all arms. */
  countOf(metric: string): number;
  events: unknown[];
}

/** Sends an export request for an experiment of its own through the Worker. */
export async function sendSpans(
  { requestOf }: Pick<ReturnType<typeof telemetrySender>, "requestOf">,
  {
    prices,
    bodyFor,
  }: { prices: unknown; bodyFor: (experiment: { key: string; config: string }) => Promise<string> | string },
): Promise<SpanResults> {
  const metrics = METRICS.map((metric, index) => ({ metric, role: index === 0 ? "primary" : "secondary" }));
  const experiment = await createExperiment({ metrics, seed: seedOfFirstVariant(UNITS) });
  const body = await bodyFor(experiment);
  const execution = createExecutionContext();
  const variables = { ...env, ...(prices !== undefined && { BAKEOFF_PRICES: prices }) };
  const response = await worker.fetch(requestOf({ body }), variables, execution);
  await waitOnExecutionContext(execution);
  expect(response.status).toBe(200);
  const { partialSuccess } = readJson({ bytes: new Uint8Array(await response.arrayBuffer()) });
  const { analysis } = await succeed("GET", `/v1/experiments/${experiment.key}/results`);
  const { events } = await succeed("GET", `/v1/experiments/${experiment.key}/events`);
  const variantsOf = (metric: string): VariantEstimate[] =>
    analysis.metrics.find((one: { metric: string }) => one.metric === metric)?.variants ?? [];
  return {
    message: partialSuccess?.errorMessage ?? "",
    estimateOf: (metric) => variantsOf(metric).find(({ variant }) => variant === "control"),
    countOf: (metric) => variantsOf(metric).reduce((sum, { observations }) => sum + observations, 0),
    events,
  };
}

/** Holds the results of the arm `control` against what should come out. */
export function expectOutcome({ message, estimateOf }: SpanResults, expected: Expectations): void {
  for (const [metric, { observations, estimate }] of Object.entries(expected)) {
    const result = estimateOf(metric);
    expect(result?.observations, `${metric}: ${message}`).toBe(observations);
    if (estimate !== undefined) expect(result?.estimate, metric).toBeCloseTo(estimate, 9);
  }
}
