import { analyze } from "../../src/analyzer/analyze.ts";
import { decide } from "../../src/decider/decide.ts";
import { judgeGuardrails } from "../../src/guardrails/judge-guardrails.ts";
import type { Analysis } from "../../src/model/analysis.ts";
import { Book } from "./book.ts";
import { type Act, observeActs, observeMisledActs } from "./observe-acts.ts";
import { observeEnd } from "./observe-end.ts";
import { type Look, observeLook, type Truth } from "./observe-look.ts";
import { Random } from "./random.ts";
import { RunRecord, type Tally } from "./record.ts";
import type { Mode, Scenario } from "./scenario.ts";
import { simulateAdaptiveRun } from "./simulate-adaptive.ts";
import { type SimulatedUnit, streamOf } from "./stream.ts";

/** What is simulated: one scenario in one mode. */
export interface Setting {
  scenario: Scenario;
  mode: Mode;
  /** What sets the last variant apart. */
  effect: number;
  seed: number;
}

const SECOND = 1_000;

function lookAt(
  scenario: Scenario,
  book: Book,
  previous: Analysis | undefined,
  switchedOff: readonly string[],
  now: number,
): Look {
  const { spec, definitions } = scenario;
  book.mature(now);
  const { totals } = book.ledger;
  const analysis = analyze({ spec, definitions, totals, previous, switchedOff, now });
  const guardrails = judgeGuardrails(spec, analysis);
  const decision = decide({ spec, analysis, guardrails, switchedOff, startedAt: 0, now });
  return { analysis, guardrails, decision };
}

/** One run from the first unit to the last, with a look every so often. */
function simulateRun({ scenario, mode, effect }: Setting, random: Random, truth: Truth): RunRecord {
  const record = new RunRecord();
  const book = new Book(scenario);
  const units: SimulatedUnit[] = [];
  let look: Look | undefined;
  const acts: Act[] = [];
  const switchedOff: string[] = [];
  let isOver = false;
  let now = 0;
  for (const events of streamOf(scenario, mode, effect, random)) {
    now += SECOND;
    for (const event of events) {
      if (switchedOff.includes(event.unit.variant)) continue;
      if (event.request && event.unit.requests[0] === event.request) units.push(event.unit);
      const { name, variant, covariates } = event.unit;
      book.write({ unit: name, variant, covariates, request: event.request }, now);
    }
    if ((now / SECOND) % scenario.lookEvery !== 0) continue;
    look = lookAt(scenario, book, look?.analysis, switchedOff, now);
    if (!scenario.decisionsOnly) observeLook(record, scenario, truth, look);
    const { action, variant } = look.decision;
    if (isOver || !["promote", "rollback", "switch_off"].includes(action)) continue;
    acts.push({ decision: look.decision, dataDoubts: look.analysis.dataDoubts });
    if (action === "switch_off" && variant !== null) switchedOff.push(variant);
    else isOver = true;
  }
  if (scenario.misleads) observeMisledActs(record, mode, acts);
  else observeActs(record, scenario, truth, acts);
  if (look && !scenario.decisionsOnly) observeEnd(record, scenario, truth, look, units);
  return record;
}

/** The tally of runs `from` up to, but without `to`. Every run has random numbers of its own, whoever simulates it. */
export function simulateRuns(setting: Setting, truth: Truth, from: number, to: number): Tally {
  const { scenario, mode, seed } = setting;
  const tally: Tally = {};
  for (let run = from; run < to; run++) {
    const name = `${seed}/${scenario.key}/${mode}/${run}`;
    const random = new Random(name);
    const record =
      scenario.periodUnits === undefined
        ? simulateRun(setting, random, truth)
        : simulateAdaptiveRun({ ...setting, name }, random, truth);
    record.addTo(tally);
  }
  return tally;
}
