import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import type { PlannedLook } from "#aggregator/messages.ts";
import { aggregatorName } from "#aggregator/shard-number.ts";
import { openDatabase } from "#store/database.ts";
import { readScheduleTotals } from "#store/schedule-run.ts";
import { createExperiment, succeed } from "#test/support/api-client.ts";

const HOUR = 3_600_000;

const aggregatorOf = (key: string) => env.AGGREGATOR.getByName(aggregatorName(key, 0));

/** A look for which the schedule asks now. @param delay until it is due, in milliseconds */
function lookIn(delay: number, experiment: string): PlannedLook {
  const askedAt = Date.now();
  return { experiment, analyzedAt: null, runAt: askedAt, askedAt, dueAt: askedAt + delay };
}

async function readAnalyzedAt(key: string): Promise<number | null> {
  return (await succeed("GET", `/v1/experiments/${key}`)).analyzedAt;
}

const plannedFor = (key: string) =>
  runInDurableObject(aggregatorOf(key), (_instance, state) => state.storage.getAlarm());

describe("a look that is put off", () => {
  it("is taken by the aggregator's own alarm, and counted", async () => {
    const { key } = await createExperiment();
    const before = await readScheduleTotals(openDatabase(env.DB));
    const look = lookIn(100, key);
    await aggregatorOf(key).look(look);
    expect(await readAnalyzedAt(key)).toBeNull();
    await vi.waitFor(async () => expect(await readAnalyzedAt(key)).toBe(look.runAt), { timeout: 10_000 });
    await vi.waitFor(
      async () => {
        const { looks } = await readScheduleTotals(openDatabase(env.DB));
        expect(looks).toBe(before.looks + 1);
      },
      { timeout: 10_000 },
    );
    const { takenAt } = await succeed("GET", `/v1/experiments/${key}/snapshots`).then(
      ({ snapshots }) => snapshots[0],
    );
    expect(takenAt).toBeGreaterThanOrEqual(look.dueAt);
  });

  it("is not lost with the object's memory", async () => {
    const { key } = await createExperiment();
    const look = lookIn(HOUR, key);
    await aggregatorOf(key).look(look);
    await evictDurableObject(aggregatorOf(key));
    expect(await plannedFor(key)).toBe(look.dueAt);
    vi.useFakeTimers({ now: look.dueAt, toFake: ["Date"] });
    try {
      await runDurableObjectAlarm(aggregatorOf(key));
    } finally {
      vi.useRealTimers();
    }
    await vi.waitFor(async () => expect(await readAnalyzedAt(key)).toBe(look.runAt), { timeout: 10_000 });
    expect(await plannedFor(key)).toBeNull();
  });

  it("keeps its time however often it is asked for again", async () => {
    const { key } = await createExperiment();
    const look = lookIn(HOUR, key);
    await aggregatorOf(key).look(look);
    await aggregatorOf(key).look(lookIn(2 * HOUR, key));
    await aggregatorOf(key).look(lookIn(HOUR / 2, key));
    expect(await plannedFor(key)).toBe(look.dueAt);
    expect(await readAnalyzedAt(key)).toBeNull();
  });

  it("does not keep new data from being judged in time", async () => {
    const { key, config } = await createExperiment();
    const look = lookIn(HOUR, key);
    await aggregatorOf(key).look(look);
    const { variant } = await succeed("POST", "/v1/assign", { config, unit: "ann" });
    const events = [{ id: "1", experiment: key, unit: "ann", variant, metrics: { task_success: 1 } }];
    await succeed("POST", "/v1/events", { events });
    expect(await plannedFor(key)).toBeLessThan(Date.now() + 10_000);
    await vi.waitFor(async () => expect(await plannedFor(key)).toBe(look.dueAt), { timeout: 10_000 });
  });

  it("that fails is counted as failed, and reported", async () => {
    const { key } = await createExperiment();
    const before = await readScheduleTotals(openDatabase(env.DB));
    const errors = vi.spyOn(console, "error").mockImplementation(() => {});
    await env.DB.prepare("UPDATE experiment SET spec = '{}' WHERE key = ?").bind(key).run();
    await aggregatorOf(key).look(lookIn(0, key));
    const after = await readScheduleTotals(openDatabase(env.DB));
    expect(after.failedLooks).toBe(before.failedLooks + 1);
    expect(JSON.stringify(errors.mock.calls)).toContain("an analysis failed");
    vi.restoreAllMocks();
    await env.DB.prepare("DELETE FROM experiment WHERE key = ?").bind(key).run();
  });
});
