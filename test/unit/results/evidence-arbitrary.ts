import fc from "fast-check";
import { earlierLookOf } from "#model/analysis/earlier-look.ts";
import type { EvaluatedExperiment } from "#model/analysis/evaluation-inputs.ts";
import type { ExperimentTotals } from "#model/analysis/moments.ts";
import type { ExperimentSpec } from "#model/experiment/experiment.ts";
import { evaluate } from "#results/evaluate.ts";
import type { Evidence } from "#store/evidence-codec.ts";
import { metric, momentsOf, spec, totals } from "#tools/builders/moments-builder.ts";

const metricDefinitions = [
  metric(),
  metric({ key: "cost_usd", name: "Cost", type: "mean", direction: "decrease" }),
];
const VARIANTS = ["control", "treatment", "other"];

const arbitraryUnits = fc.array(
  fc.record({
    y: fc.oneof(fc.constantFrom(0, 1, 0.1, 1e-9, 1e9), fc.double({ noNaN: true, min: -1e6, max: 1e6 })),
    d: fc.integer({ min: 1, max: 5 }),
  }),
  { maxLength: 12 },
);

/** Mostly the usual value. */
function rarely<Unusual, Usual>(unusual: fc.Arbitrary<Unusual>, usual: Usual): fc.Arbitrary<Unusual | Usual> {
  return fc.oneof(
    { weight: 9, arbitrary: fc.constant<Unusual | Usual>(usual) },
    { weight: 1, arbitrary: unusual },
  );
}

/** Of three arms. */
const arbitraryTotals: fc.Arbitrary<ExperimentTotals> = fc
  .record({
    size: fc.integer({ min: 0, max: 10_000 }),
    isSplit: rarely(fc.constant(false), true),
    arms: fc.array(
      fc.record({
        rate: fc.double({ noNaN: true, min: 0, max: 1 }),
        costs: arbitraryUnits,
      }),
      { minLength: 3, maxLength: 3 },
    ),
    multipleExposureUnits: rarely(fc.integer({ min: 1, max: 40 }), 0),
    erasedUnits: rarely(fc.integer({ min: 1, max: 40 }), 0),
    events: fc.integer({ min: 0, max: 100_000 }),
  })
  .map(({ arms, size, isSplit, ...counts }) =>
    totals(
      Object.fromEntries(
        arms.map(({ rate, costs }, arm) => {
          const units = Math.round(size / (isSplit ? 1 : arm + 1));
          const successes = Math.round(units * rate);
          const counted = { units, y: [successes, 0], d: [units, 0], yy: [successes, 0] } as const;
          return [
            VARIANTS[arm] ?? "",
            {
              task_success: { ...counted, dd: [units, 0], yd: [successes, 0] },
              cost_usd: momentsOf(costs),
            },
          ];
        }),
      ),
      counts,
    ),
  );

const arbitraryRule = fc.constantFrom<ExperimentSpec["rule"]>(
  { type: "superiority" },
  { type: "best_arm", tolerance: 0, delta: 0.05 },
  { type: "non_inferiority", margin: { kind: "absolute", value: 0.05 }, objective: "cost_usd" },
);

/** Decisions of random experiments on random totals after random looks, with what they were computed from. */
export const arbitraryEvidence: fc.Arbitrary<Evidence> = fc
  .record({
    rule: arbitraryRule,
    alpha: fc.constantFrom(0.01, 0.05, 0.2),
    margin: fc.constantFrom(0.001, 0.05, 0.5),
    maximumUnits: fc.option(fc.integer({ min: 2_000, max: 60_000 }), { nil: undefined }),
    weight: rarely(fc.constantFrom(0.1, 0.4), 1 / 3),
    isGuarded: fc.boolean(),
    looks: fc.array(arbitraryTotals, { minLength: 1, maxLength: 3 }),
    isAdaptive: fc.boolean(),
    switchedOff: fc.subarray(["treatment", "other"], { maxLength: 1 }),
    isAccepted: fc.boolean(),
    isRebuildPending: rarely(fc.constant(true), false),
    liveVersion: rarely(fc.constantFrom(2, undefined), 1),
    protectsOnly: rarely(fc.constant(true), false),
  })
  .map(({ looks, isAdaptive, switchedOff, isAccepted, isRebuildPending, ...given }) => {
    const { rule, alpha, margin, maximumUnits, weight, isGuarded, liveVersion, protectsOnly } = given;
    const weights = [weight, (1 - weight) / 2, (1 - weight) / 2];
    const experiment: EvaluatedExperiment = {
      spec: spec({
        variants: VARIANTS.map((key, arm) => ({ key, version: arm + 1, weight: weights[arm] ?? 0 })),
        metrics: [
          { metric: "task_success", role: "primary" },
          isGuarded
            ? { metric: "cost_usd", role: "guardrail", margin: { kind: "relative", value: margin } }
            : { metric: "cost_usd", role: "secondary" },
        ],
        ...{ rule, alpha, maximumUnits, control: "control" },
      }),
      metricDefinitions,
      startedAt: 0,
      liveVersionAtStart: 1,
      phases: (isAdaptive ? looks : looks.slice(-1)).map(() => ({ startedAt: 0, weights })),
      pauses: [],
      switchedOff: switchedOff.map((variant) => ({ variant, reason: "", actor: "cron", at: 1 })),
      acceptances: isAccepted
        ? [{ at: 1, actor: "a", reason: "", units: [[1, 2, 3]], multipleExposureUnits: 3, erasedUnits: 1 }]
        : [],
      exclusions: [],
      rebuildPendingSince: isRebuildPending ? 5 : null,
      recounts: isRebuildPending ? 1 : 0,
      doubts: { takenAt: 2, dataDoubts: [], runningPValue: 0.5 },
    };
    const phases = (upTo: number) => (isAdaptive ? looks.slice(0, upTo + 1) : [looks[upTo] ?? totals({})]);
    const last = looks.length - 1;
    let previous: ReturnType<typeof earlierLookOf> | undefined;
    for (let look = 0; look < last; look++)
      previous = evaluate(experiment, phases(look), look + 3, { previous }).snapshot.analysis;
    const now = 86_400_000;
    const context = { previous, liveVersion, protectsOnly };
    const { decision, guardrails, analysis } = evaluate(experiment, phases(last), now, context).snapshot;
    return {
      inputs: {
        experiment,
        now,
        totals: phases(last),
        previous: previous ? earlierLookOf(previous) : null,
        liveVersion: liveVersion ?? null,
        protectsOnly,
      },
      result: { decision, guardrails, analysis },
      positions: [{ shard: 0, sequence: 4, maturedUntil: null }],
    };
  });
