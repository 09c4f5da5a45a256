import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { emptyTotals } from "#analyzer/estimates/moments.ts";
import { analyze } from "#analyzer/experiment/analyze.ts";
import { toNumber } from "#analyzer/numeric/exact-sum.ts";
import { decide } from "#decider/decide.ts";
import { judgeGuardrails } from "#guardrails/judge-guardrails.ts";
import { Ledger } from "#ledger/ledger.ts";
import type { ObservedEntry } from "#ledger/log-entry.ts";
import type { UnitState } from "#ledger/unit-state.ts";
import { freezeDefinitions } from "#lifecycle/freeze-definitions.ts";
import type { ExperimentTotals } from "#model/analysis/moments.ts";
import { metricDefinitionSchema } from "#model/metric/metric.ts";
import { explainDecision } from "#reporter/explain-decision.ts";
import { metric, spec } from "#tools/builders/moments-builder.ts";

const VARIANTS = ["control", "treatment"];
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const WINDOWED = metric({ windowSeconds: 3_600 });
const NO_OUTCOME = metric({
  key: "no_outcome",
  per: "unit",
  direction: "decrease",
  absent: "failure",
  impliedValue: 0,
  windowSeconds: 3_600,
});

const exposure = (u: string, t: number, v = "control"): ObservedEntry => ({
  kind: "exposure",
  unit: u,
  variant: v,
  at: t,
});
const outcome = (u: string, t: number, value: number, v = "control"): ObservedEntry => ({
  kind: "outcome",
  id: "",
  unit: u,
  variant: v,
  at: t,
  receivedAt: t,
  metrics: { task_success: value },
});

function count(
  entries: readonly ObservedEntry[],
  maturedUntil: number | null,
  metricDefinitions = [WINDOWED],
) {
  const ledger = new Ledger([{ ...emptyTotals(VARIANTS), maturedUntil }], metricDefinitions);
  const units = new Map<string, UnitState>();
  for (const entry of entries) units.set(entry.unit, ledger.apply(units.get(entry.unit), entry));
  return ledger.totalsIn(0);
}

/** What of the totals depends on the window, in plain numbers. */
function read(totals: ExperimentTotals, key = "task_success") {
  return VARIANTS.map((variant) => {
    const arm = totals.variants[variant];
    const moments = arm?.metrics[key];
    return {
      units: arm?.units,
      matured: arm?.matured[key] ?? 0,
      reporting: moments?.units ?? 0,
      sum: moments ? toNumber(moments.y) : 0,
      events: moments ? toNumber(moments.d) : 0,
    };
  });
}

describe("a unit of a metric with a conversion window", () => {
  it("enters when its window has passed, with the outcomes of its window", () => {
    const entries = [exposure("u", 0), outcome("u", 10 * MINUTE, 1), outcome("u", 50 * MINUTE, 0)];
    const [before] = read(count(entries, HOUR - 1));
    expect(before).toEqual({ units: 1, matured: 0, reporting: 0, sum: 0, events: 0 });
    const [after] = read(count(entries, HOUR));
    expect(after).toEqual({ units: 1, matured: 1, reporting: 1, sum: 1, events: 2 });
  });

  it("is not judged by what came before its exposure or after its window, and that is counted", () => {
    const entries = [
      exposure("u", HOUR),
      outcome("u", HOUR - 2 * MINUTE, 1),
      outcome("u", 3 * HOUR, 1),
      outcome("u", HOUR + MINUTE, 0),
    ];
    const totals = count(entries, 5 * HOUR);
    expect(read(totals)[0]).toMatchObject({ matured: 1, sum: 0, events: 1 });
    expect(totals.outsideWindow).toBe(2);
  });

  it("still counts an outcome that arrives late but happened in time", () => {
    const ledger = new Ledger([{ ...emptyTotals(VARIANTS), maturedUntil: 2 * HOUR }], [WINDOWED]);
    const state = ledger.apply(undefined, exposure("u", 0));
    ledger.apply(state, {
      ...outcome("u", MINUTE, 1),
      kind: "outcome",
      id: "",
      receivedAt: 3 * HOUR,
      metrics: { task_success: 1 },
    });
    expect(read(ledger.totalsIn(0))[0]).toMatchObject({ matured: 1, reporting: 1, sum: 1 });
  });

  it("counts alike whenever the ledger was asked to let units enter", () => {
    const arbitraryEntry = fc
      .record({
        unit: fc.nat(6),
        at: fc.integer({ min: 0, max: 200 }),
        value: fc.constantFrom(undefined, 0, 1),
        crosses: fc.integer({ min: 0, max: 9 }),
      })
      .map(({ unit, at, value, crosses }) => {
        const variant = (unit + (crosses === 0 ? 1 : 0)) % 2 === 0 ? "control" : "treatment";
        return value === undefined
          ? exposure(`u${unit}`, at * MINUTE, variant)
          : outcome(`u${unit}`, at * MINUTE, value, variant);
      });
    const metricDefinitions = [WINDOWED, NO_OUTCOME, metric({ key: "other", windowSeconds: 600 })];
    fc.assert(
      fc.property(
        fc.array(arbitraryEntry, { maxLength: 60 }),
        fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 6 }),
        (entries, looks) => {
          const ledger = new Ledger([emptyTotals(VARIANTS)], metricDefinitions);
          const units = new Map<string, UnitState>();
          const instants = looks.toSorted((a, b) => a - b);
          for (const [index, entry] of entries.entries()) {
            units.set(entry.unit, ledger.apply(units.get(entry.unit), entry));
            if (index % 10 === 9) ledger.mature(units.values(), (instants.shift() ?? 0) * MINUTE);
          }
          ledger.mature(units.values(), 400 * MINUTE);
          const rebuilt = count(entries, 400 * MINUTE, metricDefinitions);
          for (const { key } of metricDefinitions)
            expect(read(ledger.totalsIn(0), key)).toEqual(read(rebuilt, key));
          expect(ledger.totalsIn(0).outsideWindow).toBe(rebuilt.outsideWindow);
        },
      ),
    );
  });
});

describe("units without an outcome", () => {
  it("count once their window has passed, and any outcome event is one", () => {
    const entries: ObservedEntry[] = [
      exposure("silent", 0),
      exposure("heard", 0),
      {
        kind: "outcome",
        id: "",
        unit: "heard",
        variant: "control",
        at: MINUTE,
        receivedAt: MINUTE,
        metrics: { latency_ms: 3 },
      },
      exposure("new", HOUR),
    ];
    const totals = count(entries, HOUR + 1, [NO_OUTCOME]);
    const described = spec({ metrics: [{ metric: "no_outcome", role: "primary" }] });
    const analysis = analyze({ spec: described, metricDefinitions: [NO_OUTCOME], totals, now: HOUR + 1 });
    expect(analysis.metrics[0]?.variants[0]).toMatchObject({ variant: "control", units: 2, estimate: 0.5 });
  });
});

describe("a decision", () => {
  const repeat = (times: number, build: (index: number) => ObservedEntry[]) =>
    Array.from({ length: times }, (_, index) => build(index)).flat();
  const arm = (v: string, successes: number, units: number) =>
    repeat(units, (index) => [
      exposure(`${v}-${index}`, index, v),
      outcome(`${v}-${index}`, index + MINUTE, index < successes ? 1 : 0, v),
    ]);

  function decideAt(now: number, overrides = {}) {
    const described = spec({
      minimumUnits: 400,
      maximumUnits: 400,
      maximumDurationSeconds: 7_200,
      ...overrides,
    });
    const totals = count([...arm("control", 100, 200), ...arm("treatment", 102, 200)], now);
    const analysis = analyze({ spec: described, metricDefinitions: [WINDOWED], totals, now });
    const guardrails = judgeGuardrails(described, analysis);
    const decision = decide({ spec: described, analysis, guardrails, startedAt: 0, now });
    return { decision, sentence: explainDecision({ spec: described, analysis, guardrails, decision }) };
  }

  it("says of a winner that its guardrail's units are within their window", () => {
    const metricDefinitions = [metric(), NO_OUTCOME];
    const now = 30 * MINUTE;
    const described = spec({
      metrics: [
        { metric: "task_success", role: "primary" },
        { metric: "no_outcome", role: "guardrail", margin: { kind: "absolute", value: 0.02 } },
      ],
    });
    const totals = count([...arm("control", 60, 200), ...arm("treatment", 160, 200)], now, metricDefinitions);
    const analysis = analyze({ spec: described, metricDefinitions, totals, now });
    const guardrails = judgeGuardrails(described, analysis);
    const decision = decide({ spec: described, analysis, guardrails, startedAt: 0, now });
    expect(decision.reason.code).toBe("guardrail_unclear");
    expect(explainDecision({ spec: described, analysis, guardrails, decision })).toContain(
      "is not proven safe yet (0 units so far; 400 more are within its window of 1 h).",
    );
  });

  it("waits for the windows of the units that a maximum pays for, and says so", () => {
    const early = decideAt(30 * MINUTE);
    expect(early.decision.action).toBe("continue");
    expect(early.sentence).toBe(
      "Collecting: 0 of at least 400 units so far. 400 more units are in the conversion window of 1 h.",
    );
    expect(decideAt(2 * HOUR).decision).toMatchObject({
      action: "stop",
      reason: { code: "maximum_units_reached" },
    });
  });

  it("is not ended by the time limit before the last window", () => {
    const limits = { minimumUnits: 100, maximumUnits: 5_000 };
    expect(decideAt(2 * HOUR, limits).decision.action).toBe("continue");
    expect(decideAt(3 * HOUR, limits).decision.reason.code).toBe("maximum_duration_reached");
  });
});

describe("a conversion window", () => {
  it("is the experiment's own where it names one, and none where it says 0", () => {
    const freeze = (windowSeconds?: number) =>
      freezeDefinitions(
        {
          maximumEventsPerUnit: null,
          metrics: [
            {
              metric: "task_success",
              role: "primary",
              ...(windowSeconds !== undefined && { windowSeconds }),
            },
          ],
        },
        [WINDOWED, metric({ key: "other" })],
      ).map(({ key, windowSeconds: frozen }) => [key, frozen]);
    expect(freeze()).toEqual([["task_success", 3_600]]);
    expect(freeze(600)).toEqual([["task_success", 600]]);
    expect(freeze(0)).toEqual([["task_success", undefined]]);
  });

  it("is refused where values are counted as they arrive", () => {
    const check = (changes: object) =>
      metricDefinitionSchema.safeParse({ ...metric(), windowSeconds: 600, ...changes }).success;
    expect(check({})).toBe(true);
    expect(check({ distribution: true })).toBe(false);
    expect(check({ type: "quantile", quantile: 0.5, source: "latency_ms" })).toBe(false);
    expect(check({ windowSeconds: 59 })).toBe(false);
  });
});
