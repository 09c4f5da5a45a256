import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { call, createExperiment, succeed } from "#test/support/api-client.ts";
import { variantOf } from "#test/support/assigned-units.ts";
import worker from "../../../src/limited.ts";

interface Assigned {
  variant: string;
  phase: number;
}

async function runCronAt(scheduledTime: number): Promise<void> {
  await worker.scheduled({ scheduledTime, cron: "* * * * *", noRetry() {} }, env);
}

async function assign(config: string, units: readonly string[]): Promise<Map<string, Assigned>> {
  const assigned = new Map<string, Assigned>();
  for (let first = 0; first < units.length; first += 100) {
    const batch = units.slice(first, first + 100);
    const { assignments } = await succeed("POST", "/v1/assign", {
      requests: batch.map((unit) => ({ config, unit })),
    });
    for (const [index, unit] of batch.entries()) assigned.set(unit, assignments[index]);
  }
  return assigned;
}

describe("an experiment with adaptive allocation", () => {
  it("moves its weights toward the better arm, phase by phase, and counts each phase on its own", async () => {
    const { key, config } = await createExperiment({
      minimumUnits: 40_000,
      analysisIntervalSeconds: 60,
      allocation: { type: "adaptive", algorithm: "thompson", minimumWeight: 0.1, phaseSeconds: 60 },
    });
    const send = async (units: string[], assigned: Map<string, Assigned>, label = "e") =>
      succeed("POST", "/v1/events", {
        events: units.map((unit, index) => {
          const { variant, phase } = assigned.get(unit) ?? { variant: "", phase: 0 };
          const rate = variant === "treatment" ? 7 : 4;
          return {
            id: `${label}-${unit}-${phase}`,
            experiment: key,
            unit,
            variant,
            phase,
            metrics: { task_success: index % 10 < rate },
          };
        }),
      });
    const units = Array.from({ length: 400 }, (_, index) => `user-${index}`);
    const first = await assign(config, units);
    expect(new Set([...first.values()].map(({ phase }) => phase))).toEqual(new Set([0]));
    await send(units, first);

    const later = Date.now() + 120_000;
    await runCronAt(later);
    const { phases, status } = await succeed("GET", `/v1/experiments/${key}`);
    expect(status).toBe("running");
    expect(phases).toHaveLength(2);
    expect(phases[1].weights[1]).toBeGreaterThan(0.8);

    await vi.waitFor(
      async () => expect((await succeed("POST", "/v1/assign", { config, unit: "user-0" })).phase).toBe(1),
      { timeout: 15_000, interval: 200 },
    );
    const newcomers = Array.from({ length: 400 }, (_, index) => `newcomer-${index}`);
    const second = await assign(config, [...newcomers, ...units.slice(0, 100)]);
    expect([...second.values()].filter(({ variant }) => variant === "treatment").length).toBeGreaterThan(375);
    await send(newcomers, second);
    await send(units.slice(0, 100), second);
    expect(await send(units.slice(0, 50), second)).toMatchObject({ duplicates: 50 });
    // An outcome of the first phase that comes late still counts there; a unit that only the second one knows does not.
    await send(["user-1"], first, "late");
    await send(
      ["newcomer-1"],
      new Map([["newcomer-1", { variant: variantOf({ key }, "newcomer-1") ?? "", phase: 0 }]]),
    );

    const { analysis } = await succeed("GET", `/v1/experiments/${key}/results`);
    expect(analysis).toMatchObject({
      units: 800,
      events: 801,
      returningUnits: 101,
      returningEvents: 101,
      multipleExposureUnits: 0,
      allocation: { phase: 1 },
    });
    expect(analysis.metrics[0].comparisons[0].difference.method).toBe("stratified_by_phase");
    expect(analysis.sampleRatio.verdict).toBe("ok");
    expect(await succeed("GET", `/v1/experiments/${key}/verify`)).toMatchObject({
      agrees: true,
      events: 801,
      units: 800,
    });
    const { events } = await succeed("GET", `/v1/experiments/${key}/events`);
    expect(events).toHaveLength(902);
  });

  it("refuses outcomes of phases that have not been, and floors that leave nothing to adapt", async () => {
    const { key } = await createExperiment();
    const event = {
      id: "e",
      experiment: key,
      unit: "u",
      variant: "control",
      phase: 7,
      metrics: { task_success: 1 },
    };
    expect((await call("POST", "/v1/events", { events: [event] })).body.rejected).toMatchObject([
      { code: "unknown_phase" },
    ]);
    const refused = await createExperiment({ allocation: { type: "adaptive", minimumWeight: 0.5 } }).catch(
      String,
    );
    expect(refused).toContain("floors_leave_nothing");
  });
});
