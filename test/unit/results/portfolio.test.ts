import { describe, expect, it } from "vitest";
import { portfolioMarkdown } from "#reporter/documents/portfolio-markdown.ts";
import { portfolioOf } from "#results/portfolio.ts";
import type { EndedRow } from "#store/portfolio.ts";

const METRIC = {
  key: "task_success",
  name: "Task success",
  type: "proportion",
  direction: "increase",
  displayUnit: "",
} as const;

/** An ended experiment. @param estimate of its treatment on the primary metric; null where it has none */
function ended(key: string, estimate: number | null, changes: Partial<EndedRow> = {}): EndedRow {
  const variant = "treatment";
  return {
    key,
    name: `Question ${key}`,
    kind: "prompt",
    config: "answer",
    control: "control",
    startedAt: 0,
    endedAt: 86_400_000,
    conclusion: { action: "promote", variant, reason: "It was better.", actor: "cron", at: 86_400_000 },
    labels: { owner: null, tags: [], notes: "", archivedAt: null },
    latestSummary: {
      takenAt: 1,
      units: 1_000,
      action: "promote",
      reason: "undecided",
      summary: "",
      guardrails: { safe: 0, unclear: 0, harmed: 0 },
      primary: {
        metric: METRIC,
        comparisons: [
          { variant, estimate, standardError: estimate === null ? null : 0.01, alwaysValid: null },
        ],
      },
    },
    ...changes,
  };
}

const concluded = (action: "promote" | "rollback" | "stop", variant: string) => ({
  conclusion: { action, variant, reason: "", actor: "ann", at: 1 },
});

describe("the portfolio", () => {
  it("says what was won, lost and left undecided", () => {
    const { outcomes, experiments } = portfolioOf(
      [
        ended("a", 0.04),
        ended("b", -0.05, concluded("rollback", "control")),
        ended("c", 0.001, concluded("stop", "control")),
        ended("d", -0.01, concluded("promote", "control")),
      ],
      { promoted: 2, rolled_back: 1, stopped: 1 },
    );
    expect(outcomes).toEqual({ won: 1, lost: 1, undecided: 2 });
    expect(experiments.map(({ outcome }) => outcome)).toEqual(["won", "lost", "undecided", "undecided"]);
  });

  it("shrinks effects once there are five, and those of different metrics apart", () => {
    const few = portfolioOf([ended("a", 0.04), ended("b", 0.01)], {});
    expect(few.experiments[0]?.effects[0]?.shrunk).toBeNull();
    expect(few.metrics[0]).toMatchObject({ effects: 2, spread: null });
    const many = portfolioOf(
      [0.04, -0.02, 0.01, 0.03, -0.01].map((estimate, index) => ended(`${index}`, estimate)),
      {},
    );
    const { estimate = 0, shrunk } = many.experiments[0]?.effects[0] ?? {};
    expect(shrunk?.estimate).toBeGreaterThan(0);
    expect(shrunk?.estimate).toBeLessThan(estimate);
    const other = ended("x", 0.5);
    const { latestSummary } = other;
    const primary = latestSummary?.primary;
    const changed = primary && { ...primary, metric: { ...METRIC, key: "cost", type: "mean" as const } };
    const mixed = portfolioOf(
      [
        ...many.experiments.map((_, index) => ended(`${index}`, 0.01)),
        { ...other, latestSummary: latestSummary && { ...latestSummary, primary: changed ?? null } },
      ],
      {},
    );
    expect(mixed.metrics.map(({ effects }) => effects)).toEqual([5, 1]);
  });

  it("takes an experiment that has found nothing", () => {
    const { experiments, metrics } = portfolioOf(
      [ended("a", null), ended("b", null, { latestSummary: null })],
      {},
    );
    expect(experiments.map(({ effects }) => effects)).toEqual([[], []]);
    expect(metrics).toMatchObject([{ effects: 0, spread: null }]);
  });

  it("is a document that a table's markup in names and notes does not break", () => {
    const document = portfolioMarkdown(
      portfolioOf(
        [
          ended("a", 0.04, {
            name: "A | B\n# heading",
            labels: { owner: "Ann*", tags: [], notes: "Next:\n| try | more |", archivedAt: null },
          }),
          ended("b", null),
        ],
        {},
      ),
    );
    expect(document).toContain("2 ended: 2 won, 0 lost, 0 undecided.");
    const rows = document.split("\n").filter((line) => line.startsWith("|"));
    expect(rows).toHaveLength(4);
    for (const row of rows) expect(row.replaceAll("\\|", "").split("|")).toHaveLength(10);
    expect(document).not.toMatch(/^# heading/m);
    expect(document).toContain("+4.0 pp");
  });
});
