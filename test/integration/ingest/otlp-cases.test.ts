/// <reference types="vite/types/importMeta.d.ts" />
import { describe, expect, it, vi } from "vitest";
import { succeed } from "#test/support/api-client.ts";
import { caseFileSchema, type OtelCase, toRequest } from "#test/support/otel-cases.ts";
import { expectOutcome, sendSpans } from "#test/support/otel-results.ts";
import { telemetrySender } from "#test/support/telemetry-sender.ts";

const files = import.meta.glob("../../vectors/otel/cases/*.json", { eager: true, import: "default" });

const PATIENCE = { timeout: 10_000, interval: 100 };

const sender = telemetrySender();

/** Assigns units of an experiment, and waits until that is on record: it is recorded behind the answer. */
async function assign(
  units: readonly string[],
  { key, config }: { key: string; config: string },
): Promise<void> {
  for (const unit of units) await succeed("POST", "/v1/assign", { config, unit });
  await vi.waitFor(async () => {
    const { analysis } = await succeed("GET", `/v1/experiments/${key}/results`);
    expect(analysis.units).toBe(units.length);
  }, PATIENCE);
}

async function check(oneCase: OtelCase): Promise<void> {
  const results = await sendSpans(sender, {
    prices: oneCase.prices,
    async bodyFor(experiment) {
      await assign(oneCase.assign, experiment);
      return toRequest(oneCase, experiment.key, Date.now());
    },
  });
  expectOutcome(results, oneCase.expected);
  for (const [metric, observations] of Object.entries(oneCase.expectedInAll)) {
    expect(results.countOf(metric), `${metric}: ${results.message}`).toBe(observations);
  }
  for (const text of oneCase.answer) expect(results.message).toContain(text);
}

describe.each(Object.entries(files))("%s", (_file, raw) => {
  const { cases } = caseFileSchema.parse(raw);

  it.each(cases.map((oneCase) => [oneCase.what, oneCase] as const))("%s", async (_what, oneCase) => {
    await check(oneCase);
  });
});
