import { beforeAll, describe, expect, it } from "vitest";
import { createExperiment, succeed } from "#test/support/api-client.ts";
import { unitWith } from "#test/support/assigned-units.ts";
import { type ArmName, REPEATED_VALUES } from "#test/support/repeated-values.ts";

/** The most that one request takes. */
const EVENTS_PER_REQUEST = 1_000;

const ARMS: ArmName[] = ["control", "treatment"];

beforeAll(async () => {
  const common = { name: "Rating", direction: "increase" };
  await succeed("POST", "/v1/metrics", { ...common, key: "rating", type: "mean", distribution: true });
  const median = { type: "quantile", quantile: 0.5, source: "rating" };
  await succeed("POST", "/v1/metrics", { ...common, key: "rating_p50", ...median });
});

/** One unit per value, and what the experiment then says of the ratings and of their median. */
async function resultsOf(values: Record<ArmName, readonly number[]>) {
  const { key } = await createExperiment({
    metrics: [
      { metric: "rating_p50", role: "primary" },
      { metric: "rating", role: "secondary" },
    ],
  });
  const events = ARMS.flatMap((variant) =>
    values[variant].map((rating, unit) => ({
      id: "only",
      experiment: key,
      unit: unitWith(`${variant}-${unit}`, [{ key }, variant]),
      variant,
      metrics: { rating },
    })),
  );
  for (let first = 0; first < events.length; first += EVENTS_PER_REQUEST) {
    const batch = events.slice(first, first + EVENTS_PER_REQUEST);
    expect(await succeed("POST", "/v1/events", { events: batch })).toMatchObject({ accepted: batch.length });
  }
  const { analysis } = await succeed("GET", `/v1/experiments/${key}/results`);
  const [ofMedian, ofMean] = analysis.metrics;
  return { key, ofMedian, ofMean };
}

describe("the results of ratings", () => {
  it("show medians that are ratings, alone and beside the mean, with intervals that hold their difference", async () => {
    const [ratings] = REPEATED_VALUES;
    if (!ratings) throw new Error("there are cases");
    const { key, ofMedian, ofMean } = await resultsOf(ratings.values);
    expect(ofMedian.variants).toMatchObject([{ estimate: 3 }, { estimate: 4 }]);
    const [{ difference }] = ofMedian.comparisons;
    const [{ median }] = ofMean.comparisons;
    for (const { status, estimate, interval, alwaysValid } of [difference, median]) {
      expect({ status, estimate }).toEqual({ status: "ok", estimate: 1 });
      for (const { lower, upper } of [interval, alwaysValid.interval]) {
        expect(lower).toBeLessThanOrEqual(1);
        expect(upper).toBeGreaterThanOrEqual(1);
      }
    }
    expect(
      ofMean.distribution.map(({ quantiles }: { quantiles: { quantile: number; value: number }[] }) =>
        quantiles.map(({ value }) => value),
      ),
    ).toEqual([
      [1, 1, 2, 3, 3, 5, 5, 5],
      [2, 2, 3, 4, 4, 5, 5, 5],
    ]);
    expect(await succeed("GET", `/v1/experiments/${key}/verify`)).toMatchObject({ agrees: true });
  });

  it("say how far two arms of one value each are apart", async () => {
    const constant = (value: number) => Array<number>(100).fill(value);
    const { ofMedian, ofMean } = await resultsOf({ control: constant(1), treatment: constant(2) });
    expect(ofMedian.variants).toMatchObject([{ estimate: 1 }, { estimate: 2 }]);
    const oneApart = { status: "ok", estimate: 1 };
    expect(ofMedian.comparisons[0].difference).toMatchObject(oneApart);
    expect(ofMean.comparisons[0]).toMatchObject({ difference: oneApart, median: oneApart });
    expect(ofMean.comparisons[0].difference.alwaysValid.interval.lower).toBeGreaterThan(0.5);
  });
});
