import { describe, expect, it } from "vitest";
import { formatShare } from "#reporter/summarize-holdout.ts";

describe("the share of a holdout", () => {
  it.each([
    [0.005, "0.5%"],
    [0.07, "7%"],
    [0.025, "2.5%"],
    [0.2, "20%"],
  ])("of %d is written %s", (share, text) => {
    expect(formatShare(share)).toBe(text);
  });
});
