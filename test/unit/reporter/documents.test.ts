import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ExperimentReport } from "#contract/report.ts";
import { experimentSchema } from "#model/experiment/experiment.ts";
import { csvReport } from "#reporter/documents/csv.ts";
import { markdownReport } from "#reporter/documents/markdown.ts";
import { evaluate } from "#results/evaluate.ts";
import { metric, momentsOfCounts, momentsOfValues, spec, totals } from "#tools/builders/moments-builder.ts";

const NOW = 1_750_000_000_000;

function reportOf(text = "Is it better?"): ExperimentReport {
  const metricDefinitions = [
    metric({ name: text }),
    metric({
      key: "cost_usd",
      name: "Cost",
      type: "mean",
      direction: "decrease",
      displayUnit: text.slice(0, 20),
    }),
  ];
  const told = experimentSchema.parse({
    spec: spec({
      name: text,
      hypothesis: text,
      metrics: [
        { metric: "task_success", role: "primary" },
        { metric: "cost_usd", role: "guardrail", margin: { kind: "absolute", value: 1 } },
      ],
    }),
    status: "stopped",
    revision: 3,
    createdAt: 0,
    updatedAt: NOW,
    startedAt: 0,
    endedAt: NOW,
    analyzedAt: NOW,
    metricDefinitions,
    phases: [{ startedAt: 0, weights: [0.5, 0.5] }],
    conclusion: { action: "stop", variant: "control", reason: text, actor: "key:admin", at: NOW },
  });
  const cost = (base: number) =>
    momentsOfValues(Array.from({ length: 90 }, (_, index) => base + (index % 7) / 10));
  const { snapshot, summary } = evaluate(
    told,
    [
      totals({
        control: { task_success: momentsOfCounts(30, 90), cost_usd: cost(0.3) },
        treatment: { task_success: momentsOfCounts(25, 90), cost_usd: cost(0.1) },
      }),
    ],
    NOW,
  );
  const { phases: _phases, ...taken } = snapshot;
  return {
    experiment: told,
    results: {
      ...taken,
      live: false,
      summary,
      standings: [],
      provenWinner: null,
      lastEventAt: null,
      conclusion: told.conclusion,
      unvouched: null,
    },
  };
}

/** Reads RFC 4180. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const cell = /("(?:[^"]|"")*"|[^,"\r\n]*)(,|\r\n)/gy;
  for (const [, raw = "", end] of text.matchAll(cell)) {
    row.push(raw.startsWith('"') ? raw.slice(1, -1).replaceAll('""', '"') : raw);
    if (end === ",") continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

function recordsOf(text: string): Record<string, string>[] {
  const [names = [], ...rows] = parseCsv(text);
  return rows.map((row) => Object.fromEntries(row.map((value, index) => [names[index] ?? "", value])));
}

const displayable = fc
  .string({ minLength: 1, maxLength: 60, unit: "binary" })
  .filter((text) => text.trim() === text && text !== "");
const nasty = fc.oneof(
  displayable,
  fc.constantFrom(
    "=HYPERLINK(1)",
    "+1",
    "-1",
    "@SUM(A1)",
    'a,"b"',
    "two\r\nlines",
    "<script>alert(1)</script>",
  ),
);

describe("the table", () => {
  it("has a row for every metric and variant, with the numbers in full precision", () => {
    const report = reportOf();
    const records = recordsOf(csvReport(report));
    expect(records.map(({ metric: key, variant, arm }) => [key, variant, arm])).toEqual([
      ["task_success", "control", "control"],
      ["task_success", "treatment", "treatment"],
      ["cost_usd", "control", "control"],
      ["cost_usd", "treatment", "treatment"],
    ]);
    const [, , , treatment] = records;
    const analyzed = report.results.analysis.metrics[1]?.comparisons[0];
    if (analyzed?.difference.status !== "ok" || analyzed.bayesian.status !== "ok")
      throw new Error("no numbers");
    expect(Number(treatment?.difference)).toBe(analyzed.difference.estimate);
    expect(treatment?.difference).toMatch(/^-/);
    expect(Number(treatment?.always_valid_lower)).toBe(analyzed.difference.alwaysValid.interval.lower);
    expect(Number(treatment?.p_value)).toBe(analyzed.difference.pValue);
    expect(Number(treatment?.chance_to_win)).toBe(analyzed.bayesian.chanceToWin);
    expect(treatment?.guardrail_verdict).toBe("safe");
    expect(records[0]?.difference).toBe("");
  });

  it("gives every text back as it was, but for an apostrophe before what would run as a formula", () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const [record] = recordsOf(csvReport(reportOf(text)));
        const name = record?.metric_name ?? "";
        expect(name).toBe(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);
        expect(name).not.toMatch(/^[=+\-@\t\r]/);
      }),
    );
  });
});

describe("the document", () => {
  const documentOf = (text?: string) => {
    const { experiment, results } = reportOf(text);
    return markdownReport(experiment, results);
  };

  it("shows the decision, the numbers and the guardrails", () => {
    const shown = ["# Is it better?", "Undecided: 180 units so far", "33%", "−6 pp", "## Cost (guardrail)"];
    for (const words of shown) expect(documentOf()).toContain(words);
  });

  it("names the phases of weights, where there are several", () => {
    const { experiment, results } = reportOf();
    const phases = [
      { startedAt: NOW - 2_000, weights: [0.5, 0.5] },
      { startedAt: NOW - 1_000, weights: [0.3, 0.7], cause: "changed" as const },
    ];
    const document = markdownReport({ ...experiment, phases }, results);
    expect(document).toContain(
      "- 2025-06-15T15:06:39.000Z: Phase 2 began: control 30.0%, treatment 70.0% (weights changed by hand)",
    );
    expect(documentOf()).not.toContain("Phase 1");
  });

  it("says what every treatment changes, as text and never as structure", () => {
    const { experiment, results } = reportOf();
    const value = { model: "small", system_prompt: "Answer.", parameters: { temperature: 0.2 } };
    const changed = { ...value, system_prompt: "# Answer\n| in | short |", parameters: { temperature: 0.7 } };
    const versions = experiment.spec.variants.map(({ key, version }) => ({
      version,
      value: key === experiment.spec.control ? value : changed,
      note: "",
      createdAt: NOW,
      createdBy: "admin",
    }));
    const document = markdownReport(experiment, results, versions);
    expect(document).toContain("- **treatment** (version 2)");
    expect(document).toContain("  - system\\_prompt: “Answer.” → “\\# Answer \\| in \\| short \\|”");
    expect(document).toContain("  - parameters.temperature: “0.2” → “0.7”");
    expect(document).not.toContain("model: ");
  });

  it("says why a difference is not that of the values beside it", () => {
    const { experiment, results } = reportOf();
    const [primary, ...others] = results.analysis.metrics;
    if (!primary) throw new Error("no metric");
    const withAdjustment = (adjustment: typeof primary.adjustment) => {
      const variants = primary.variants.map((variant) => ({ ...variant, adjustedEstimate: 0.42 }));
      const metrics = [{ ...primary, variants, adjustment }, ...others];
      return markdownReport(experiment, { ...results, analysis: { ...results.analysis, metrics } });
    };
    const adjusted = withAdjustment({ slope: 0, units: 180, varianceRatio: 0.8, strata: 3, covariates: [] });
    expect(adjusted).toContain(
      "(80% of the variance is left), and are those of the adjusted values: control 42%",
    );
    const imbalanced = withAdjustment({ slope: null, units: 180, varianceRatio: 1, imbalancePValue: 0.0002 });
    expect(imbalanced).toContain("Not adjusted: strata or covariates differ between variants");
    expect(withAdjustment(null), "over several phases").toContain(
      "(phase by phase), and are those of the adjusted values",
    );
    expect(documentOf()).not.toMatch(/adjusted/i);
  });

  it("tells what happened in the order of time, and how the numbers are computed", () => {
    const { experiment, results } = reportOf();
    const [primary, ...others] = experiment.spec.metrics;
    const document = markdownReport(
      {
        ...experiment,
        spec: {
          ...experiment.spec,
          metrics: primary ? [primary, ...others.map((metric) => ({ ...metric, addedAt: NOW - 500 }))] : [],
        },
        pauses: [{ from: NOW - 900, until: NOW - 800 }],
      },
      results,
    );
    const order = ["Created", "Started", "Paused", "Resumed", "Secondary metric added", "Stopped"];
    const places = order.map((words) => document.indexOf(`Z: ${words}`));
    expect(places.every((place) => place > 0)).toBe(true);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(document).toContain("added while running: exploratory");
    expect(document).toContain("Errors are computed over units (delta method)");
  });

  it("has the same headings and cells whatever the texts are", () => {
    const structureOf = (document: string) =>
      document
        .split(/\r\n|\r|\n/)
        .filter((line) => /^[#|]/.test(line))
        .map((line) => line.replace(/\\[\s\S]/g, "").match(/^#+|\|/g));
    const plain = structureOf(documentOf("plain"));
    fc.assert(
      fc.property(nasty, (text) => {
        expect(structureOf(documentOf(text))).toEqual(plain);
      }),
    );
  });
});
