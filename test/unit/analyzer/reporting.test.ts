import { describe, expect, it } from "vitest";
import { emptyTotals, mergeTotals } from "#analyzer/estimates/moments.ts";
import { analyze } from "#analyzer/experiment/analyze.ts";
import { decide } from "#decider/decide.ts";
import { judgeGuardrails } from "#guardrails/judge-guardrails.ts";
import { Ledger } from "#ledger/ledger.ts";
import type { UnitState } from "#ledger/unit-state.ts";
import { REPORTING_THRESHOLD } from "#model/analysis/reporting.ts";
import type { ExperimentInput } from "#model/experiment/experiment.ts";
import { completeMetric, type MetricDefinition, metricDefinitionSchema } from "#model/metric/metric.ts";
import { explainDecision } from "#reporter/explain-decision.ts";
import { metric, spec } from "#tools/builders/moments-builder.ts";

const VARIANTS = ["control", "treatment"];

/** The values that the units of each arm log, one list per unit; an empty one is a unit that stays silent. */
type Arms = Record<"control" | "treatment", readonly (readonly number[])[]>;

function count(arms: Arms, metricDefinitions: readonly MetricDefinition[] = [metric()]) {
  const ledger = new Ledger([emptyTotals(VARIANTS)], metricDefinitions);
  for (const [v, units] of Object.entries(arms)) {
    for (const [index, values] of units.entries()) {
      const u = `${v}-${index}`;
      let state: UnitState | undefined = ledger.apply(undefined, {
        kind: "exposure",
        unit: u,
        variant: v,
        at: 1,
      });
      for (const value of values) {
        const entry = {
          kind: "outcome",
          id: "",
          unit: u,
          variant: v,
          at: 2,
          receivedAt: 2,
          metrics: { task_success: value },
        } as const;
        state = ledger.apply(state, entry);
      }
    }
  }
  return ledger.totalsIn(0);
}

function decideOn(arms: Arms, overrides: Partial<ExperimentInput> = {}, definition = metric()) {
  const described = spec({ minimumUnits: 100, plannedUnits: 2_000, ...overrides });
  const metricDefinitions = [definition];
  const analysis = analyze({
    spec: described,
    metricDefinitions,
    totals: count(arms, metricDefinitions),
    now: 1,
  });
  const guardrails = judgeGuardrails(described, analysis);
  const decision = decide({ spec: described, analysis, guardrails, startedAt: 0, now: 1 });
  return {
    analysis,
    decision,
    sentence: explainDecision({ spec: described, analysis, guardrails, decision }),
  };
}

const repeat = (times: number, ...values: number[]) => Array.from({ length: times }, () => values);

describe("a winner", () => {
  const control = [...repeat(200, 1), ...repeat(200, 0)];

  it("whose failures stay silent is not promoted, and the reason names how many are missing", () => {
    const { decision, sentence } = decideOn({
      control,
      treatment: [...repeat(200, 1), ...repeat(80, 0), ...repeat(120)],
    });
    expect(decision).toMatchObject({ action: "continue", reason: { code: "response_rates_differ" } });
    expect(sentence).toBe(
      "Not promoted: 'treatment' is ahead, but 30.0 points fewer of its units than of 'control' report any outcome. Who stays silent may be worse off.",
    );
  });

  it("whose content units ask more often is promoted only where that was accepted at the start", () => {
    const treatment = [...repeat(200, 1, 1, 1), ...repeat(200, 0)];
    const { decision, sentence } = decideOn({ control, treatment });
    expect(decision).toMatchObject({ action: "continue", reason: { code: "events_per_unit_differ" } });
    expect(sentence).toContain(
      "its units report task success 1.00 times more often each than those of 'control'",
    );
    expect(decideOn({ control, treatment }, { acceptUnequalEvents: true }).decision.action).toBe("promote");
    const perUnit = metric({ per: "unit", absent: "missing" });
    expect(decideOn({ control, treatment }, {}, perUnit).decision.reason.code).toBe("undecided");
  });

  it("that owes its lead to one unit is none, and the reason says how much that unit weighs", () => {
    const treatment = [...repeat(200, 1), ...repeat(199, 0), Array<number>(1_000).fill(1)];
    const { analysis, decision, sentence } = decideOn({ control, treatment }, { acceptUnequalEvents: true });
    expect(analysis.metrics[0]?.variants[1]?.effectiveUnits).toBeCloseTo(1_399 ** 2 / (399 + 1_000_000), 10);
    expect(decision.action).toBe("continue");
    expect(sentence).not.toContain("Promoted");
  });

  it("that all units stand behind is promoted as before", () => {
    const { decision } = decideOn({ control, treatment: [...repeat(300, 1), ...repeat(100, 0)] });
    expect(decision).toMatchObject({ action: "promote", variant: "treatment" });
  });
});

it("a quantile is reported alike or not like any other metric, though its source is none of the experiment's", () => {
  const quantile = metricDefinitionSchema.parse({
    key: "p50",
    name: "Median",
    type: "quantile",
    quantile: 0.5,
    source: "task_success",
    direction: "increase",
  });
  const arms: Arms = { control: repeat(100, 1), treatment: [...repeat(50, 1, 1), ...repeat(50)] };
  const described = spec({ metrics: [{ metric: "p50", role: "primary" }] });
  const totals = count(arms, [quantile]);
  const analysis = analyze({ spec: described, metricDefinitions: [quantile], totals, now: 1 });
  const reporting = analysis.metrics[0]?.reporting;
  expect(reporting?.arms).toMatchObject([
    { exposed: 100, reporting: 100, eventsPerUnit: 1, effectiveUnits: 100 },
    { exposed: 100, reporting: 50, eventsPerUnit: 2, effectiveUnits: 50 },
  ]);
  expect(reporting?.responses[0]?.pValue).toBeLessThan(REPORTING_THRESHOLD);
  expect(reporting?.eventsPerUnit[0]?.pValue).toBe(0);
});

describe("an app that logs successes only", () => {
  it("promotes its winner: silence is what its metric measures", () => {
    const arms: Arms = {
      control: [...repeat(200, 1), ...repeat(800)],
      treatment: [...repeat(350, 1), ...repeat(650)],
    };
    const zero = metric({ per: "unit", absent: "zero" });
    expect(decideOn(arms, {}, zero).decision.action).toBe("promote");
    const missing = metric({ per: "unit", absent: "missing" });
    expect(decideOn(arms, {}, missing).decision.action).not.toBe("promote");
  });
});

it("a few heavy units that agree are not taken for a lead", () => {
  const heavy = (value: number) => repeat(30, ...Array<number>(200).fill(value));
  const control = [...repeat(100, 1), ...repeat(100, 0), ...heavy(0)];
  const treatment = [...repeat(100, 1), ...repeat(100, 0), ...heavy(1)];
  const { decision, sentence } = decideOn({ control, treatment }, { acceptUnequalEvents: true });
  expect(decision).toMatchObject({ action: "continue", reason: { code: "too_few_effective_units" } });
  expect(sentence).toMatch(
    /^Undecided: one unit of '(control|treatment)' has at least 3% of its events of task success, so that its units weigh no more than 3\d equal ones; a decision needs 50\.$/,
  );
});

describe("silence of a metric per unit", () => {
  const arms: Arms = {
    control: [...repeat(60, 1), ...repeat(40)],
    treatment: [...repeat(30, 1), ...repeat(30, 0), ...repeat(40)],
  };
  const estimatesOf = (definition: MetricDefinition) =>
    decideOn(arms, {}, definition).analysis.metrics[0]?.variants.map(({ units, estimate }) => [
      units,
      estimate,
    ]);

  it.each([
    [
      "zero",
      "increase",
      [
        [100, 0.6],
        [100, 0.3],
      ],
    ],
    [
      "missing",
      "increase",
      [
        [60, 1],
        [60, 0.5],
      ],
    ],
    [
      "failure",
      "increase",
      [
        [100, 0.6],
        [100, 0.3],
      ],
    ],
    [
      "failure",
      "decrease",
      [
        [100, 1],
        [100, 0.7],
      ],
    ],
  ] as const)("is %s where the metric should %s", (absent, direction, expected) => {
    expect(estimatesOf(metric({ per: "unit", absent, direction }))).toEqual(expected);
  });

  it("is zero in definitions from before it was asked for, and missing in new ones", () => {
    const old = metric({ per: "unit" });
    expect(estimatesOf(old)).toEqual([
      [100, 0.6],
      [100, 0.3],
    ]);
    expect(completeMetric(old).absent).toBe("missing");
    expect(completeMetric(metric({ per: "unit", absent: "zero" })).absent).toBe("zero");
    expect(completeMetric(metric()).absent).toBeUndefined();
  });

  it.each([
    { per: "event", absent: "zero" },
    { per: "unit", type: "mean", absent: "failure" },
  ])("cannot be told of %j", (part) => {
    const definition = { key: "m", name: "M", type: "proportion", direction: "increase", ...part };
    expect(metricDefinitionSchema.safeParse(definition).success).toBe(false);
  });
});

describe("the units that respond", () => {
  it("are counted once each, and add over shards", () => {
    const totals = count({ control: repeat(3, 1, 0), treatment: [...repeat(2, 1), ...repeat(4)] });
    expect(totals.variants.control).toMatchObject({ units: 3, responding: 3 });
    expect(mergeTotals(totals, totals).variants.treatment).toMatchObject({ units: 12, responding: 4 });
  });

  it("are taken back out when a unit has multiple exposures", () => {
    const ledger = new Ledger([emptyTotals(VARIANTS)], [metric()]);
    const outcome = {
      kind: "outcome",
      id: "",
      unit: "a",
      at: 1,
      receivedAt: 1,
      metrics: { task_success: 1 },
    } as const;
    const state = ledger.apply(undefined, { ...outcome, variant: "control" });
    ledger.apply(state, { ...outcome, variant: "treatment" });
    expect(ledger.totalsIn(0).variants.control).toMatchObject({ units: 0, responding: 0 });
  });

  it("are not known where counting began in the middle of an experiment", () => {
    const { responding: _responding, ...control } = count({ control: repeat(3, 1), treatment: [] }).variants
      .control ?? {
      units: 0,
      metrics: {},
      matured: {},
      sketches: {},
    };
    const totals = { ...emptyTotals(VARIANTS), variants: { control, treatment: { ...control, units: 3 } } };
    const analysis = analyze({ spec: spec(), metricDefinitions: [metric()], totals, now: 1 });
    expect(analysis.responses).toBeNull();
    const ledger = new Ledger([totals], [metric()]);
    ledger.apply(undefined, {
      kind: "outcome",
      id: "",
      unit: "a",
      variant: "control",
      at: 1,
      receivedAt: 1,
      metrics: { task_success: 1 },
    });
    expect(ledger.totalsIn(0).variants.control?.responding).toBeUndefined();
  });
});
