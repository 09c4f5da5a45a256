import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { analyzeDueExperiments } from "#cron/analyze-due-experiments.ts";
import { createExperiment, succeed } from "#test/support/api-client.ts";
import { unitWith } from "#test/support/assigned-units.ts";

const MINUTE = 60_000;
const SUCCESSES_IN_FIFTY: Record<string, number> = { control: 15, hopeless: 12, promising: 19 };
const variants = Object.keys(SUCCESSES_IN_FIFTY).map((key, index) => ({
  key,
  version: index === 0 ? 1 : 2,
  weight: index === 0 ? 0.34 : 0.33,
}));
const weights = Object.fromEntries(variants.map(({ key, weight }) => [key, weight]));

/** So many units of every variant, each with an outcome four minutes after its exposure. */
async function logUnits(key: string, count: number): Promise<void> {
  const now = Date.now();
  const units = Object.entries(SUCCESSES_IN_FIFTY).flatMap(([variant, successes]) =>
    Array.from({ length: count }, (_, index) => ({
      experiment: key,
      variant,
      unit: unitWith(`${variant}-${index}`, [{ key, weights }, variant]),
      isSuccess: (index * 7) % 50 < successes,
    })),
  );
  await succeed("POST", "/v1/exposures", {
    exposures: units.map(({ isSuccess: _, ...exposure }) => ({ ...exposure, timestamp: now - 4 * MINUTE })),
  });
  const events = units.map(({ isSuccess, ...event }) => ({
    ...event,
    id: `event-${event.unit}`,
    metrics: { task_success: isSuccess, error: false },
  }));
  await succeed("POST", "/v1/events", { events });
}

describe("a decision that is computed again from the log", () => {
  it("is the same after it has opened a phase, and after a metric was added", async () => {
    const { key } = await createExperiment({ variants, maximumUnits: 1_200, minimumUnits: 100 });
    await logUnits(key, 300);
    await analyzeDueExperiments(env, Date.now());
    const { phases, switchedOff } = await succeed("GET", `/v1/experiments/${key}`);
    expect({ left: switchedOff[0]?.variant, phases: phases.length }).toEqual({ left: "hopeless", phases: 2 });
    const { decisions } = await succeed("GET", `/v1/experiments/${key}/decisions`);
    const address = `/v1/experiments/${key}/decisions/${decisions[0].takenAt}/replay`;
    const replay = () => succeed("POST", address, { from: "log" });
    expect(await replay()).toMatchObject({ differences: [], identical: true });
    // Of its events all lie outside its window, which the decision knew nothing of.
    await succeed("POST", `/v1/experiments/${key}/metrics`, { metric: "error", windowSeconds: 60 });
    expect((await succeed("GET", `/v1/experiments/${key}/results`)).analysis.outsideWindow).toBe(900);
    expect(await replay()).toMatchObject({ differences: [], identical: true, changesSince: [] });
  });
});
