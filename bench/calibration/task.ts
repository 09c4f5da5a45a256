import { effectOf, truthOf } from "./effects.ts";
import type { Tally } from "./record.ts";
import type { Mode, Scenario } from "./scenario.ts";
import { SCENARIOS } from "./scenarios.ts";
import { simulateRuns } from "./simulate.ts";

/** A part of the work that can be sent to a worker. */
export interface Task {
  scenario: string;
  mode: Mode;
  effect: number;
  seed: number;
  from: number;
  to: number;
}

/** Few enough that both workers end at nearly the same time. */
const RUNS_PER_TASK = 20;

/** The runs of one scenario in one mode, in parts. */
export function tasksOf(scenario: Scenario, mode: Mode, runs: number, seed: number): Task[] {
  const effect = effectOf(scenario, mode);
  return Array.from({ length: Math.ceil(runs / RUNS_PER_TASK) }, (_, part) => ({
    scenario: scenario.key,
    mode,
    effect,
    seed,
    from: part * RUNS_PER_TASK,
    to: Math.min(runs, (part + 1) * RUNS_PER_TASK),
  }));
}

/** Does a part of the work. */
export function perform({ scenario: key, mode, effect, seed, from, to }: Task): Tally {
  const scenario = SCENARIOS.find((candidate) => candidate.key === key);
  if (!scenario) throw new Error(`there is no scenario '${key}'`);
  return simulateRuns({ scenario, mode, effect, seed }, truthOf(scenario, mode, effect), from, to);
}
