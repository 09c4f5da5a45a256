import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { createExperiment, succeed } from "#test/support/api-client.ts";
import { unitWith } from "#test/support/assigned-units.ts";
import worker from "../../../src/limited.ts";

async function lookAt(scheduledTime: number): Promise<void> {
  await worker.scheduled({ scheduledTime, cron: "* * * * *", noRetry() {} }, env);
}

const eventsOf = (experiment: string, variant: string, label: string, count: number) =>
  Array.from({ length: count }, (_, index) => ({
    id: `${label}-${index}`,
    experiment,
    unit: unitWith(`${label}-${index}`, [{ key: experiment }, variant]),
    variant,
    metrics: { task_success: index % 2 },
  }));

describe("doubts of a look whose analysis cannot be stored", () => {
  it("are known to the next look, though dilution hides what raised them", async () => {
    const { key } = await createExperiment({ minimumUnits: 10_000, analysisIntervalSeconds: 60 });
    const minute = (number: number) => Date.now() + number * 60_000;
    const dataDoubts = async () =>
      (await succeed("GET", `/v1/experiments/${key}/results`)).analysis.dataDoubts;
    await succeed("POST", "/v1/events", { events: eventsOf(key, "control", "sound", 10) });
    await lookAt(minute(1));
    await succeed("POST", "/v1/events", { events: eventsOf(key, "treatment", "broken", 60) });
    await env.DB.prepare(
      "CREATE TRIGGER too_large BEFORE INSERT ON snapshot BEGIN SELECT RAISE(ABORT, 'string or blob too big'); END",
    ).run();
    await lookAt(minute(2));
    await env.DB.prepare("DROP TRIGGER too_large").run();
    const { doubts } = await succeed("GET", `/v1/experiments/${key}`);
    expect(doubts).toMatchObject({ dataDoubts: ["sample_ratio_mismatch"] });
    expect(doubts.runningPValue).toBeLessThan(0.001);

    await succeed("POST", "/v1/events", { events: eventsOf(key, "control", "diluted", 50) });
    await lookAt(minute(3));
    expect(await dataDoubts()).toEqual(["sample_ratio_mismatch"]);
    const after = await succeed("GET", `/v1/experiments/${key}`);
    expect(after.doubts).toMatchObject({
      dataDoubts: ["sample_ratio_mismatch"],
      runningPValue: doubts.runningPValue,
    });
    expect(after.doubts.takenAt).toBeGreaterThan(doubts.takenAt);
  });
});
