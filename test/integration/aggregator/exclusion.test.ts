import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { call, createExperiment, succeed } from "#test/support/api-client.ts";
import { unitWith } from "#test/support/assigned-units.ts";
import { readLoggedEntries } from "#test/support/event-log.ts";
import worker from "../../../src/limited.ts";

const MINUTE = 60_000;

/** Outcomes of as many units, all at one moment. */
function eventsOf(
  experiment: string,
  label: string,
  count: number,
  { at, variant = "treatment" }: { at: number; variant?: string },
) {
  return Array.from({ length: count }, (_, index) => ({
    id: `${label}-${index}-${at}`,
    experiment,
    unit: unitWith(`${label}-${index}`, [{ key: experiment }, variant]),
    variant,
    timestamp: at,
    metrics: { task_success: 1 },
    properties: { country: index % 2 === 0 ? "CA" : "NL" },
  }));
}

const send = (events: unknown[]) => succeed("POST", "/v1/events", { events });
const resultsOf = (key: string) => succeed("GET", `/v1/experiments/${key}/results`);
const look = (at: number) => worker.scheduled({ scheduledTime: at, cron: "* * * * *", noRetry() {} }, env);

/** An experiment of which an hour ago everything went to the treatment for a minute. */
async function withBrokenMinute() {
  const { key } = await createExperiment({ shards: 2, properties: ["country"] });
  const now = Date.now();
  await env.DB.prepare(
    "UPDATE experiment SET started_at = ?1, phases = json_set(phases, '$[0].startedAt', ?1) WHERE key = ?2",
  )
    .bind(now - 300 * MINUTE, key)
    .run();
  // Edges read anew when somebody has changed something.
  await succeed("PATCH", `/v1/experiments/${key}`, { name: "begun earlier" });
  const broken = { from: now - 60 * MINUTE, until: now - 59 * MINUTE };
  await send(eventsOf(key, "a", 60, { at: broken.from - MINUTE }));
  await send(eventsOf(key, "b", 60, { at: broken.from - MINUTE, variant: "control" }));
  await send(eventsOf(key, "broken", 200, { at: broken.from }));
  // One of those before comes back in it, one that is new in it comes back later.
  await send(eventsOf(key, "a", 1, { at: broken.until - 1 }));
  await send(eventsOf(key, "broken", 1, { at: broken.until }));
  return { key, broken, now };
}

describe("the exclusion of a stretch of time", () => {
  it("counts anew without its events and its new units, which never come back; the log keeps all, and verify agrees", async () => {
    const { key, broken } = await withBrokenMinute();
    expect((await resultsOf(key)).analysis).toMatchObject({ units: 320, events: 322 });
    const excluded = await succeed("POST", `/v1/experiments/${key}/exclude`, {
      ...broken,
      reason: "bad release",
    });
    expect(excluded).toMatchObject({ rebuildPendingSince: null });
    expect(excluded.exclusions).toMatchObject([{ ...broken, reason: "bad release", hasChangedTotals: true }]);
    const left = { units: 120, events: 120, excludedUnits: 200, excludedEvents: 202 };
    expect((await resultsOf(key)).analysis).toMatchObject(left);

    // A unit that is known, and one that is new, both with an event of then.
    await send(eventsOf(key, "broken", 3, { at: broken.until + MINUTE }));
    await send(eventsOf(key, "late", 2, { at: broken.from + 1 }));
    await send(eventsOf(key, "fresh", 1, { at: broken.until + MINUTE }));
    expect((await resultsOf(key)).analysis).toMatchObject({
      units: 121,
      events: 121,
      excludedUnits: 202,
      excludedEvents: 207,
    });
    expect(await send(eventsOf(key, "broken", 200, { at: broken.from }))).toMatchObject({ duplicates: 200 });
    expect(await succeed("GET", `/v1/experiments/${key}/verify`)).toMatchObject({ agrees: true, units: 121 });
    const { segments } = await succeed("GET", `/v1/experiments/${key}/segments?property=country`);
    const inSegments = segments.map(({ units }: { units: number }) => units);
    expect(inSegments.toSorted()).toEqual([60, 61]);
    expect((await readLoggedEntries(key)).filter(({ kind }) => kind === "outcome")).toHaveLength(328);
    const { entries } = await succeed("GET", "/v1/audit?limit=20");
    expect(entries).toContainEqual(
      expect.objectContaining({ action: "experiment.exclude", reason: "bad release", details: broken }),
    );
  });

  it("lifts the doubt that came from it, and checks what is left anew", async () => {
    const { key, broken, now } = await withBrokenMinute();
    await look(now);
    const before = await succeed("GET", `/v1/experiments/${key}`);
    expect(before.doubts.dataDoubts).toEqual(["sample_ratio_mismatch"]);
    const none = { from: broken.until + 10, until: broken.until + 20, reason: "nothing happened" };
    await succeed("POST", `/v1/experiments/${key}/exclude`, none);
    expect((await resultsOf(key)).decision.reason.code).toBe("sample_ratio_mismatch");

    await succeed("POST", `/v1/experiments/${key}/exclude`, { ...broken, reason: "bad release" });
    const { analysis } = await resultsOf(key);
    expect(analysis.dataDoubts).toEqual([]);
    expect(analysis.sampleRatio.runningPValue).toBeGreaterThan(0.05);
  });

  it("is counted by the schedule where it could not be at once, also while the experiment is paused", async () => {
    const { key, broken } = await withBrokenMinute();
    await succeed("POST", `/v1/experiments/${key}/pause`, {});
    await succeed("POST", `/v1/experiments/${key}/exclude`, { ...broken, reason: "bad release" });
    // As it is where a database that fails has stopped the count.
    await env.DB.prepare(
      `UPDATE experiment SET rebuild_pending_since = updated_at,
         exclusions = json_set(exclusions, '$[0].countedAt', json('null'))
       WHERE key = ?`,
    )
      .bind(key)
      .run();
    await look(Date.now());
    const rebuilt = await succeed("GET", `/v1/experiments/${key}`);
    expect(rebuilt).toMatchObject({ status: "paused", rebuildPendingSince: null });
    expect(rebuilt.exclusions[0].countedAt).not.toBeNull();
    expect(await succeed("GET", `/v1/experiments/${key}/verify`)).toMatchObject({ agrees: true });
  });

  it("needs a reason, a stretch that is over, an experiment that is active, and ends at ten", async () => {
    const { key } = await createExperiment();
    const now = Date.now();
    const exclude = (body: object) => call("POST", `/v1/experiments/${key}/exclude`, body);
    const past = { from: now - 100, until: now - 50, reason: "outage" };
    expect((await exclude({ ...past, reason: "" })).body.errors).toMatchObject([{ path: "/reason" }]);
    expect((await exclude({ ...past, until: past.from })).body.errors).toMatchObject([
      { code: "empty_stretch" },
    ]);
    expect((await exclude({ ...past, until: now + MINUTE })).body.errors).toMatchObject([
      { code: "in_future" },
    ]);
    for (let count = 0; count < 10; count++) await exclude({ ...past, from: past.from - count });
    expect((await exclude(past)).body.code).toBe("transition_not_allowed");
    await succeed("POST", `/v1/experiments/${key}/stop`);
    expect((await exclude(past)).body.code).toBe("transition_not_allowed");
    expect((await succeed("GET", `/v1/experiments/${key}`)).exclusions).toHaveLength(10);
  });
});
