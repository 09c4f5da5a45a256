import { describe, expect, it } from "vitest";
import { intervalViews } from "#dashboard/charts/interval-view.ts";
import { timeTicks } from "#dashboard/charts/time-ticks.ts";
import { verdictOf } from "#dashboard/features/experiment/verdict.ts";
import { experimentSchema } from "#model/experiment/experiment.ts";
import { evaluate } from "#results/evaluate.ts";
import { metric, momentsOfCounts, spec, totals } from "#tools/builders/moments-builder.ts";

const NOW = 1_750_000_000_000;

/** A running experiment, and what its numbers say at this moment: successes, and errors, each of so many units an arm. */
function running(successes: readonly [number, number], errors: readonly [number, number], units: number) {
  const errorMetric = metric({ key: "error", name: "Errors", direction: "decrease" });
  const stored = experimentSchema.parse({
    spec: spec({
      metrics: [
        { metric: "task_success", role: "primary" },
        { metric: "error", role: "guardrail", margin: { kind: "absolute", value: 0.05 } },
      ],
    }),
    status: "running",
    revision: 2,
    createdAt: 0,
    updatedAt: 0,
    startedAt: 0,
    endedAt: null,
    analyzedAt: null,
    metricDefinitions: [metric(), errorMetric],
    phases: [{ startedAt: 0, weights: [0.5, 0.5] }],
    conclusion: null,
  });
  const arm = (index: 0 | 1) => ({
    task_success: momentsOfCounts(successes[index], units),
    error: momentsOfCounts(errors[index], units),
  });
  const { snapshot, summary } = evaluate(stored, [totals({ control: arm(0), treatment: arm(1) })], NOW);
  const { takenAt, analysis, guardrails, decision } = snapshot;
  const results = {
    experiment: stored.spec.key,
    live: true,
    takenAt,
    analysis,
    guardrails,
    decision,
    summary,
    standings: [],
    provenWinner: null,
    lastEventAt: null,
    conclusion: null,
    unvouched: null,
  };
  return { experiment: stored, results };
}

function drawnGuardrail({ results }: ReturnType<typeof running>) {
  const analysis = results.analysis.metrics.find(({ role }) => role === "guardrail");
  const [guardrail] = results.guardrails;
  if (!analysis || !guardrail) throw new Error("the experiment has a guardrail");
  const [view] = intervalViews(analysis, [guardrail]);
  if (!view) throw new Error("the difference is known");
  const { lower, upper } = view.difference.alwaysValid.interval;
  return {
    verdict: guardrail.verdict,
    tolerated: guardrail.tolerated ?? 0,
    effect: view.effect,
    lower,
    upper,
  };
}

describe("what is drawn of a guardrail", () => {
  it.each([
    ["safe", 50, 50, 3_000],
    ["harmed", 50, 900, 3_000],
    ["unclear", 5, 7, 60],
  ])("lies where its verdict says: %s", (verdict, controlErrors, treatmentErrors, units) => {
    const drawn = drawnGuardrail(running([units / 2, units / 2], [controlErrors, treatmentErrors], units));
    expect(drawn.verdict).toBe(verdict);
    const isBeyond = (drawn.lower ?? Number.NEGATIVE_INFINITY) > drawn.tolerated;
    const isWithin = (drawn.upper ?? Number.POSITIVE_INFINITY) < drawn.tolerated;
    expect({ isBeyond, isWithin }).toEqual({ isBeyond: verdict === "harmed", isWithin: verdict === "safe" });
  });

  it("claims nothing while too few units came to judge it, however far the arms are apart", () => {
    const drawn = drawnGuardrail(running([10, 10], [0, 20], 23));
    expect(drawn).toMatchObject({ verdict: "unclear", effect: "unclear", lower: null, upper: null });
  });
});

describe("an experiment's verdict", () => {
  const proven = () => running([300, 900], [5, 5], 1_200);

  it("says of what runs that its end is ahead, though the numbers of this moment prove a winner", () => {
    const { experiment: stored, results } = proven();
    expect(results.decision.action).toBe("promote");
    const { sentence, detail } = verdictOf({ experiment: stored, results, liveVersion: 1 });
    expect(sentence).toMatch(/^Ready to promote: 'treatment' is better than 'control'/);
    expect(detail).toBe("This happens with the next analysis.");
  });

  it("says of what was ended in the meantime how it ended, not what the numbers before that said", () => {
    const { experiment: stored, results } = running([10, 12], [0, 0], 30);
    expect(results.summary).toMatch(/^Collecting/);
    const conclusion = { action: "stop", variant: "control", reason: "", actor: "cron", at: NOW } as const;
    const ended = { ...stored, status: "stopped", conclusion, endedAt: NOW } as const;
    const { sentence } = verdictOf({ experiment: ended, results, liveVersion: 1 });
    expect(sentence).toMatch(/^Stopped by /);
  });
});

describe("the times under a narrow picture", () => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const at = new Date("2026-11-28T20:54:07Z");
  const local = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat("en", { ...options, timeZone: zone }).format(at);

  it.each([
    [60_000, { timeStyle: "medium" }],
    [3_600_000, { timeStyle: "short" }],
    [7 * 86_400_000, { month: "short", day: "numeric" }],
  ] as const)("are the viewer's, as fine as a span of %s ms asks for", (span, options) => {
    expect(timeTicks(320, at.getTime() - span, at.getTime()).tickFormat?.(at)).toBe(local(options));
  });

  it("are left to the wide picture's own format", () => {
    expect(timeTicks(900, 0, 1)).toEqual({});
  });
});
