import { emptyTotals, mergeTotals } from "#analyzer/estimates/moments.ts";
import { analyze } from "#analyzer/experiment/analyze.ts";
import { decide } from "#decider/decide.ts";
import { leadingTreatment } from "#decider/leading-treatment.ts";
import { judgeGuardrails } from "#guardrails/judge-guardrails.ts";
import { freedPhase } from "#lifecycle/change/freed-traffic.ts";
import { nextPhase } from "#lifecycle/change/phases.ts";
import type { Analysis } from "#model/analysis/analysis.ts";
import type { ExperimentInput, SwitchedOffVariant } from "#model/experiment/experiment.ts";
import type { Phase } from "#model/experiment/phase.ts";
import { metric, momentsOfCounts, spec, totals } from "#tools/builders/moments-builder.ts";

/** A run of an experiment with one proportion, through analyzer, guardrails and decider. */
export interface SimulatedPlan {
  overrides: Partial<ExperimentInput>;
  /** The chance of a success in every arm, in the order of the variants. @param progress from 0 to 1 at the maximum */
  rateOf: (arm: number, progress: number) => number;
  lookEvery: number;
  /** Weights that a person changes to, once so many units have been counted. */
  changes?: readonly { after: number; weights: readonly number[] }[];
}

export interface SimulatedEnd {
  action: string;
  variant: string | null;
  units: number;
  /** With those that came for a treatment that had left, and were counted nowhere. */
  arrivals: number;
  phases: number;
  left: string[];
}

const SECOND = 1_000;

function drawArm(weights: readonly number[], random: () => number): number {
  let place = random() * weights.reduce((sum, weight) => sum + weight, 0);
  for (const [arm, weight] of weights.entries()) {
    place -= weight;
    if (place < 0) return arm;
  }
  return weights.length - 1;
}

/** Units are all new ones: each comes once, in the phase of its time. */
export function simulatePhases(
  { overrides, rateOf, lookEvery, changes = [] }: SimulatedPlan,
  random: () => number,
): SimulatedEnd {
  const described = spec(overrides);
  const maximum = described.maximumUnits ?? 0;
  const keys = described.variants.map(({ key }) => key);
  const definitions = [metric()];
  let phases: Phase[] = [{ startedAt: 0, weights: described.variants.map(({ weight }) => weight) }];
  let counts = [keys.map(() => [0, 0] as [number, number])];
  const switchedOff: SwitchedOffVariant[] = [];
  let previous: Analysis | undefined;
  let counted = 0;
  const experiment = () => ({ spec: described, phases, switchedOff, metricDefinitions: definitions });
  let arrivals = 0;
  while (arrivals < 20 * maximum) {
    for (let since = 0; since < lookEvery; arrivals++) {
      const arm = drawArm(phases.at(-1)?.weights ?? [], random);
      if (switchedOff.some(({ variant }) => variant === keys[arm])) continue;
      const [successes, units] = counts.at(-1)?.[arm] ?? [0, 0];
      const isSuccess = random() < rateOf(arm, counted / maximum);
      counts.at(-1)?.splice(arm, 1, [successes + Number(isSuccess), units + 1]);
      counted += 1;
      since += 1;
    }
    const now = arrivals * SECOND;
    const counting = phases.map(({ weights }, phase) => ({
      weights,
      totals: totals(
        Object.fromEntries(
          keys.map((key, arm) => [
            key,
            { task_success: momentsOfCounts(...(counts[phase]?.[arm] ?? [0, 0])) },
          ]),
        ),
      ),
    }));
    const left = switchedOff.map(({ variant }) => variant);
    const analysis = analyze({
      spec: described,
      metricDefinitions: definitions,
      totals: counting.map((phase) => phase.totals).reduce(mergeTotals, emptyTotals(keys)),
      phases: counting,
      previous,
      switchedOff: left,
      now,
    });
    previous = analysis;
    const guardrails = judgeGuardrails(described, analysis);
    const input = { spec: described, analysis, guardrails, switchedOff: left };
    const { action, variant } = decide({ ...input, startedAt: 0, now });
    const open = (phase: Phase | undefined) => {
      if (!phase) return;
      phases = [...phases, phase];
      counts = [...counts, keys.map(() => [0, 0] as [number, number])];
    };
    if (action === "switch_off" && variant !== null) {
      const leader = leadingTreatment(input, variant);
      const phase = leader === null ? undefined : freedPhase(experiment(), variant, leader, now);
      switchedOff.push({ variant, reason: "", actor: "cron", at: now });
      open(phase);
    } else if (action !== "continue" && action !== "hold")
      return { action, variant, units: counted, arrivals, phases: phases.length, left };
    for (const change of changes)
      if (counted >= change.after && counted - lookEvery < change.after) {
        const next = nextPhase(experiment(), change.weights, { startedAt: now, cause: "changed" });
        if (next.ok) open(next.value.phase);
      }
  }
  return { action: "none", variant: null, units: counted, arrivals, phases: phases.length, left: [] };
}
