import { expect, it } from "vitest";
import { emptyTotals } from "#analyzer/estimates/moments.ts";
import { analyze } from "#analyzer/experiment/analyze.ts";
import { Ledger } from "#ledger/ledger.ts";
import { metric, spec } from "#tools/builders/moments-builder.ts";
import { randomNumbers } from "#tools/random-numbers.ts";

const adjustFor = { strata: { attribute: "task", values: ["code", "math"] }, covariates: ["since"] };
const score = metric({ key: "score", type: "mean", per: "unit", absent: "missing", adjustFor });

/** How much of the variance is left where a moment of time explains most of it, which a few units do not tell. */
function varianceLeft(start: number): number | undefined {
  const random = randomNumbers(7);
  const variants = ["control", "treatment"];
  const ledger = new Ledger([emptyTotals(variants)], [score]);
  for (let index = 0; index < 2_000; index++) {
    const unit = `unit-${index}`;
    const variant = random() < 0.5 ? "control" : "treatment";
    const since = random();
    // Both rare kinds have too few units for a mean of their own.
    const attributes = {
      task: index % 200 === 0 ? "math" : "code",
      ...(index % 200 !== 1 && { since: start + 1_000_000 * since }),
    };
    const state = ledger.apply(undefined, { kind: "exposure", unit, variant, at: 0, attributes });
    const metrics = { score: 10 * since + random() };
    const moment = { at: 0, receivedAt: 0 };
    ledger.apply(state, { kind: "outcome", id: unit, unit, variant, ...moment, metrics });
  }
  const described = spec({ metrics: [{ metric: "score", role: "primary" }] });
  const totals = ledger.totalsIn(0);
  const [result] = analyze({ spec: described, metricDefinitions: [score], totals, now: 0 }).metrics;
  return result?.adjustment?.varianceRatio;
}

it("a covariate that is far from 0 explains as much where a few units lack it", () => {
  const near = varianceLeft(-500_000);
  expect(near).toBeLessThan(0.05);
  expect(varianceLeft(1_700_000_000)).toBeCloseTo(near ?? 0, 6);
  expect(varianceLeft(-900_000_000_000)).toBeCloseTo(near ?? 0, 4);
});
