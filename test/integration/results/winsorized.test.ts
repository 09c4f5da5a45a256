import { describe, expect, it } from "vitest";
import { call, createExperiment, succeed } from "#test/support/api-client.ts";
import { unitWith } from "#test/support/assigned-units.ts";

describe("winsorized results", () => {
  it("cap both arms at the same quantile, so that one outlier no longer hides the difference", async () => {
    const { key } = await createExperiment({
      metrics: [
        { metric: "latency_ms", role: "primary" },
        { metric: "task_success", role: "secondary" },
      ],
    });
    const events = Array.from({ length: 200 }, (_, index) => {
      const variant = index % 2 === 0 ? "control" : "treatment";
      const latency_ms = index === 0 ? 1_000_000 : 1_000 + (index % 50) + (variant === "treatment" ? 300 : 0);
      return {
        id: `e-${index}`,
        experiment: key,
        unit: unitWith(`u-${index}`, [{ key }, variant]),
        variant,
        metrics: { latency_ms, task_success: 1 },
      };
    });
    await succeed("POST", "/v1/events", { events });
    const { analysis } = await succeed("GET", `/v1/experiments/${key}/results`);
    expect(analysis.metrics[0].comparisons[0].difference.pValue).toBeGreaterThan(0.05);
    const reply = await succeed("GET", `/v1/experiments/${key}/winsorized?metric=latency_ms&quantile=0.99`);
    const [{ variant, result }] = reply.comparisons;
    expect({ variant, status: result.status, cappedUnits: result.cappedUnits }).toEqual({
      variant: "treatment",
      status: "ok",
      cappedUnits: 1,
    });
    expect(result.cap).toBeLessThan(1_400);
    expect(result.estimate).toBeCloseTo(300, -1);
    expect(result.pValue).toBeLessThan(1e-6);
    expect(
      (await call("GET", `/v1/experiments/${key}/winsorized?metric=task_success`)).body.errors,
    ).toMatchObject([{ path: "/metric", code: "no_mean" }]);
    expect(
      (await call("GET", `/v1/experiments/${key}/winsorized?metric=latency_ms&quantile=0.2`)).status,
    ).toBe(422);
  });
});
