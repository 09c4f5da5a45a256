import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { analyzeDueExperiments } from "#cron/analyze-due-experiments.ts";
import { createExperiment, succeed } from "#test/support/api-client.ts";

const UNITS = 900;

/** Assigns, waits until every exposure is counted, and logs an outcome for every unit: so many successes in fifty. */
async function run(
  { key, config }: { key: string; config: string },
  successesInFifty: Record<string, number>,
): Promise<Map<string, string>> {
  const units = Array.from({ length: UNITS }, (_, index) => `user-${index}`);
  const variants = new Map<string, string>();
  for (let start = 0; start < UNITS; start += 100) {
    const batch = units.slice(start, start + 100);
    const reply = await succeed("POST", "/v1/assign", { requests: batch.map((unit) => ({ config, unit })) });
    for (const [index, unit] of batch.entries()) variants.set(unit, reply.assignments[index].variant);
  }
  await vi.waitFor(
    async () => expect((await succeed("GET", `/v1/experiments/${key}/results`)).analysis.units).toBe(UNITS),
    { timeout: 15_000, interval: 50 },
  );
  const counts = new Map<string, number>();
  const events = units.map((unit) => {
    const variant = variants.get(unit) ?? "";
    const count = counts.get(variant) ?? 0;
    counts.set(variant, count + 1);
    const isSuccess = (count * 7) % 50 < (successesInFifty[variant] ?? 0);
    return { id: `event-${unit}`, experiment: key, unit, variant, metrics: { task_success: isSuccess } };
  });
  await succeed("POST", "/v1/events", { events });
  return variants;
}

const looked = async (key: string) => {
  await analyzeDueExperiments(env, Date.now());
  return succeed("GET", `/v1/experiments/${key}`);
};

describe("an experiment with a maximum", () => {
  it("stops before it once a win is out of reach, and deploys nothing", async () => {
    const made = await createExperiment({ maximumUnits: 1_200, minimumUnits: 100 });
    await run(made, { control: 15, treatment: 14 });
    const after = await looked(made.key);
    expect(after.status).toBe("stopped");
    expect(after.conclusion).toMatchObject({ action: "stop", variant: "control", actor: "cron" });
    expect(after.conclusion.reason).toMatch(/^Stopped: even if 'treatment' were better by .* by 1,200 units/);
    const results = await succeed("GET", `/v1/experiments/${made.key}/results`);
    expect(results.decision.reason).toMatchObject({ code: "futile", facts: { variant: "treatment" } });
    const versionNow = async () =>
      (await succeed("POST", "/v1/assign", { config: made.config, unit: "somebody" })).version;
    // Edges serve a ruleset of up to 5 s before.
    await vi.waitFor(async () => expect(await versionNow()).toBe(1), { timeout: 15_000, interval: 200 });
  });

  it("lets one of several treatments leave, whose units get control's version, and goes on", async () => {
    const variants = ["control", "hopeless", "promising"].map((key, index) => ({
      key,
      version: index === 0 ? 1 : 2,
      weight: index === 0 ? 0.34 : 0.33,
    }));
    const limits = { maximumUnits: 1_200, minimumUnits: 100 };
    const made = await createExperiment({ variants, ...limits, freedTraffic: "control" });
    const assigned = await run(made, { control: 15, hopeless: 12, promising: 19 });
    const after = await looked(made.key);
    expect(after.status).toBe("running");
    expect(after.switchedOff).toMatchObject([
      {
        variant: "hopeless",
        actor: "cron",
        reason: expect.stringMatching(/^Switched off: even if 'hopeless'/),
      },
    ]);
    const versionOf = async (variant: string) => {
      const [unit] = [...assigned].find(([, candidate]) => candidate === variant) ?? [];
      return (await succeed("POST", "/v1/assign", { config: made.config, unit })).version;
    };
    await vi.waitFor(async () => expect(await versionOf("hopeless")).toBe(1), {
      timeout: 15_000,
      interval: 200,
    });
    expect(await versionOf("promising")).toBe(2);
  });
});
