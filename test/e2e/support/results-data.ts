import type { ApiClient } from "../../../demo/api-client.ts";
import { aiConfig, aiConfigVersion } from "../../../src/model/ai-config.ts";
import { eventReceipt, MAXIMUM_EVENTS_PER_BATCH } from "../../../src/model/event.ts";
import { experiment } from "../../../src/model/experiment.ts";

/** Numbers that look random and are the same in every run (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** What one unit of a variant did. */
type Outcome = (
  variant: string,
  random: () => number,
  index: number,
) => { metrics: Record<string, number>; properties?: Record<string, string | number> };

/** Creates an AI config with one version per variant. */
export async function createConfig(admin: ApiClient, key: string, versions: number): Promise<void> {
  const value = (number: number) => ({ model: `model-${number}`, prompt: "{{question}}" });
  await admin.post("/v1/configs", { key, name: key, value: value(1) }, aiConfig);
  for (let number = 2; number <= versions; number++) {
    await admin.post(`/v1/configs/${key}/versions`, { value: value(number) }, aiConfigVersion);
  }
}

/** Creates and starts an experiment whose variants have equal weights; the first is control. */
export async function startExperiment(
  admin: ApiClient,
  input: { key: string; config: string; variants: readonly string[]; [field: string]: unknown },
): Promise<void> {
  const variants = input.variants.map((key, index) => ({
    key,
    version: index + 1,
    weight: 1 / input.variants.length,
  }));
  const body = { kind: "prompt", control: input.variants[0], ...input, variants };
  await admin.post("/v1/experiments", body, experiment);
  await admin.post(`/v1/experiments/${input.key}/start`, {}, experiment);
}

/** Logs the outcomes of so many units of every variant. @param label keeps units of several calls apart */
export async function logOutcomes(
  admin: ApiClient,
  {
    key,
    variants,
    units,
    label,
    outcome,
  }: {
    key: string;
    variants: readonly string[];
    units: number;
    label: string;
    outcome: Outcome;
  },
): Promise<void> {
  const random = randomNumbers(label.length + units);
  const events = Array.from({ length: units }, (_, index) =>
    variants.map((variant) => ({
      id: `${label}-${variant}-${index}`,
      experiment: key,
      unit: `${label}-${variant}-${index}`,
      variant,
      ...outcome(variant, random, index),
    })),
  ).flat();
  for (let from = 0; from < events.length; from += MAXIMUM_EVENTS_PER_BATCH) {
    const batch = events.slice(from, from + MAXIMUM_EVENTS_PER_BATCH);
    await admin.post("/v1/events", { events: batch }, eventReceipt);
  }
}
