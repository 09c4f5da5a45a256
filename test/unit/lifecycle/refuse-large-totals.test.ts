import { expect, it } from "vitest";
import { refuseLargeTotals } from "#lifecycle/refuse-large-totals.ts";
import { metric } from "#tools/builders/moments-builder.ts";

it("an experiment adjusts no more metrics and arms for strata and covariates than can be looked at together", () => {
  const values = Array.from({ length: 10 }, (_, index) => `kind-${index}`);
  const adjustFor = { strata: { attribute: "task", values }, covariates: ["a", "b", "c", "d", "e"] };
  const refusalOf = (arms: number, metrics: number, adjusted: object) => {
    const variants = Array.from({ length: arms }, (_, index) => ({
      key: `v${index}`,
      version: 1,
      weight: 1 / arms,
    }));
    const definitions = Array.from({ length: metrics }, (_, index) => ({
      ...metric(),
      key: `m${index}`,
      ...adjusted,
    }));
    return refuseLargeTotals({ variants }, definitions);
  };
  expect(refusalOf(10, 50, { adjustFor })).toMatchObject({ ok: false, error: { code: "limit_reached" } });
  expect(refusalOf(10, 10, { adjustFor })).toBeUndefined();
  expect(refusalOf(10, 50, {})).toBeUndefined();
});
