import { expect, it } from "vitest";
import { maximumPhases } from "#model/experiment/phase-limit.ts";
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
