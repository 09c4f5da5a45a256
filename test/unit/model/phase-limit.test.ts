import { expect, it } from "vitest";
import { maximumPhases } from "#model/experiment/phase-limit.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import { metric } from "#tools/builders/moments-builder.ts";

it("an experiment has as many phases of weights as can be looked at together", () => {
  const plain = (count: number) => Array.from({ length: count }, () => metric());
  const distributed = (count: number) =>
    Array.from({ length: count }, () => metric({ type: "mean", distribution: true }));
  expect(maximumPhases(2, plain(6))).toBe(200);
  expect(maximumPhases(2, [...plain(3), ...distributed(3)])).toBe(79);
  expect(maximumPhases(10, plain(50))).toBe(40);
  expect(maximumPhases(10, distributed(50))).toBe(1);
});

it("strata and covariates leave room for fewer phases", () => {
  const values = Array.from({ length: 10 }, (_, index) => `kind-${index}`);
  const adjustFor = {
    strata: { attribute: "task", values },
    covariates: ["a", "b", "c", "d", "e"],
  };
  const metrics = (count: number, adjusted: Partial<MetricDefinition>) =>
    Array.from({ length: count }, () => ({ ...metric(), ...adjusted }));
  expect(maximumPhases(2, metrics(6, { adjustFor }))).toBe(30);
  expect(maximumPhases(2, metrics(6, { adjustFor: { covariates: ["a"] } }))).toBe(200);
  expect(maximumPhases(10, metrics(50, { adjustFor }))).toBe(1);
});
