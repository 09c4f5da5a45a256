import { expect, it } from "vitest";
import { analyze } from "#analyzer/experiment/analyze.ts";
import { analysisSchema } from "#model/analysis/analysis.ts";
import { metric, momentsOfValues, spec, totals } from "#tools/builders/moments-builder.ts";

it("a relative difference from a control of nearly zero is unavailable where no number holds it, and can be stored", () => {
  const definition = metric({ key: "cost_usd", name: "Cost", type: "mean", direction: "decrease" });
  const described = spec({ metrics: [{ metric: "cost_usd", role: "primary" }] });
  const tiny = Array.from({ length: 20 }, (_, index) => (1 + index) * 1e-323);
  const usual = Array.from({ length: 20 }, (_, index) => 1e9 + index);
  const analysis = analyze({
    spec: described,
    metricDefinitions: [definition],
    totals: totals({
      control: { cost_usd: momentsOfValues(tiny) },
      treatment: { cost_usd: momentsOfValues(usual) },
    }),
    now: 0,
  });
  const [comparison] = analysis.metrics[0]?.comparisons ?? [];
  expect(comparison?.difference.status).toBe("ok");
  expect(comparison?.relative).toEqual({ status: "unavailable", reason: "zero_baseline" });
  expect(analysisSchema.safeParse(JSON.parse(JSON.stringify(analysis))).error).toBeUndefined();
});
