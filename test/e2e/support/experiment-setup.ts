import type { ApiClient } from "../../../demo/api-client.ts";
import { aiConfig, aiConfigVersion } from "../../../src/model/ai-config.ts";
import { eventReceipt } from "../../../src/model/event.ts";
import { type Experiment, experiment } from "../../../src/model/experiment.ts";

const PROMPT = "You answer customers of a bank. Be exact, be kind, and never promise what you cannot keep.";
const MAXIMUM_EVENTS = 500;

/** An AI config with two versions, of which the first is live. */
export async function createConfig(admin: ApiClient, key: string): Promise<void> {
  await admin.post(
    "/v1/configs",
    { key, value: { model: "small", system_prompt: PROMPT, parameters: { temperature: 0.2 } } },
    aiConfig,
  );
  const value = {
    model: "large",
    system_prompt: `${PROMPT} Two sentences are enough.`,
    parameters: { temperature: 0.2 },
  };
  await admin.post(`/v1/configs/${key}/versions`, { value }, aiConfigVersion);
}

/** A draft of 'small' (control) against 'large', decided by nothing but what a test lets happen. */
export async function createDraft(
  admin: ApiClient,
  key: string,
  changes: Record<string, unknown> = {},
): Promise<Experiment> {
  await createConfig(admin, key);
  const input = {
    key,
    name: `Is the larger model worth it? (${key})`,
    hypothesis: "The larger model solves more tickets, at a cost that we can bear.",
    kind: "model",
    config: key,
    variants: [
      { key: "small", version: 1, weight: 0.5 },
      { key: "large", version: 2, weight: 0.5 },
    ],
    metrics: [
      { metric: "task_success", role: "primary" },
      { metric: "error", role: "guardrail", margin: { kind: "absolute", value: 0.05 } },
      { metric: "latency_ms", role: "guardrail", margin: { kind: "relative", value: 0.2 } },
      { metric: "cost_usd", role: "secondary" },
    ],
    minimumUnits: 1_000_000,
    analysisIntervalSeconds: 60,
    ...changes,
  };
  return admin.post("/v1/experiments", input, experiment);
}

/** The same, started. */
export async function createRunning(
  admin: ApiClient,
  key: string,
  changes: Record<string, unknown> = {},
): Promise<Experiment> {
  await createDraft(admin, key, changes);
  return admin.post(`/v1/experiments/${key}/start`, {}, experiment);
}

/** How one variant does, as shares and averages over its units. */
interface Arm {
  units: number;
  success: number;
  error: number;
}

/** Logs one event per unit; the nth unit of every arm has the same luck in every run. */
export async function sendOutcomes(
  admin: ApiClient,
  key: string,
  arms: Readonly<Record<string, Arm>>,
  batch = "first",
): Promise<void> {
  const happens = (index: number, share: number) => ((index * 0.618_034) % 1 < share ? 1 : 0);
  const events = Object.entries(arms).flatMap(([variant, { units, success, error }]) =>
    Array.from({ length: units }, (_, index) => ({
      id: `${batch}-${variant}-${index}`,
      experiment: key,
      unit: `${batch}-${variant}-${index}`,
      variant,
      metrics: {
        task_success: happens(index, success),
        error: happens(index + 7, error),
        latency_ms: 800 + (index % 40) * 10,
        cost_usd: 0.002 + (index % 10) / 10_000,
      },
    })),
  );
  for (let start = 0; start < events.length; start += MAXIMUM_EVENTS) {
    const body = { events: events.slice(start, start + MAXIMUM_EVENTS) };
    const { rejected } = await admin.post("/v1/events", body, eventReceipt);
    if (rejected[0]) throw new Error(`an event was rejected: ${rejected[0].message}`);
  }
}
