import { describe, expect, it } from "vitest";
import { formatDuration, formatSeconds } from "#reporter/durations.ts";
import { formatDifference, formatInterval, formatSize, formatValue } from "#reporter/metric-values.ts";
import { formatPValue } from "#reporter/numbers.ts";

const SUCCESS = { type: "proportion", displayUnit: "" } as const;
const COST = { type: "mean", displayUnit: "USD" } as const;
const LATENCY = { type: "mean", displayUnit: "ms" } as const;

describe("formats", () => {
  it("write a metric's values as precisely as they are known", () => {
    expect(formatValue(SUCCESS, 0.8412, 0.004)).toBe("84.1%");
    expect(formatValue(LATENCY, 1_815.4, 12)).toBe("1,815 ms");
    expect(formatDifference(SUCCESS, -0.3291, 0.02)).toBe("−33 pp");
    expect(formatDifference(COST, 0.0138, null)).toBe("+$0.0138");
    expect(formatInterval(LATENCY, { lower: null, upper: 3.14 }, 0.4)).toBe("−∞ to +3.1 ms");
  });

  it("write a size without its sign, and no more digits than it has", () => {
    expect(formatSize(SUCCESS, -0.01, null)).toBe("1 pp");
    expect(formatSize(LATENCY, 1_234.5, null)).toBe("1,235 ms");
    expect(formatSize(COST, 0.25, 0.004)).toBe("$0.250");
  });

  it("write a duration in its two largest parts", () => {
    expect([0, 40, 3_600, 273_600, 86_460].map(formatSeconds)).toEqual([
      "0 s",
      "40 s",
      "1 h",
      "3 d 4 h",
      "1 d",
    ]);
    expect(formatDuration(90_500)).toBe("1 min 30 s");
  });

  it("never write a p-value as zero", () => {
    expect([0, 0.0123, 0.5].map(formatPValue)).toEqual(["p < 0.001", "p = 0.012", "p = 0.50"]);
  });
});
