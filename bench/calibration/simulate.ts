import { Ledger } from "../../src/aggregator/ledger.ts";
import type { UnitState } from "../../src/aggregator/unit-state.ts";
import { analyze } from "../../src/analyzer/analyze.ts";
import { emptyTotals } from "../../src/analyzer/moments.ts";
import { decide } from "../../src/decider/decide.ts";
import { judgeGuardrails } from "../../src/guardrails/judge-guardrails.ts";
import type { Analysis } from "../../src/model/analysis.ts";
import { type Act, observeActs, observeMisledActs } from "./observe-acts.ts";
import { observeEnd } from "./observe-end.ts";
import { type Look, observeLook, type Truth } from "./observe-look.ts";
import { Random } from "./random.ts";
import { RunRecord, type Tally } from "./record.ts";
import type { Mode, Scenario } from "./scenario.ts";
import { type SimulatedUnit, type StreamEvent, streamOf } from "./stream.ts";

/** What is simulated: one scenario in one mode. */
export interface Setting {
  scenario: Scenario;
  mode: Mode;
  /** What sets the last variant apart. */
  effect: number;
  seed: number;
}

const SECOND = 1_000;

/** The aggregator without its Durable Object: the ledger and one state per unit. */
class Book {
  readonly ledger: Ledger;
  readonly #states = new Map<string, UnitState>();

  constructor({ spec, definitions }: Scenario) {
    this.ledger = new Ledger(emptyTotals(spec.variants.map(({ key }) => key)), definitions);
  }

  /** Lets units enter whose conversion windows have passed. */
  mature(now: number): void {
    this.ledger.mature(this.#states.values(), now);
  }

  write({ unit, request }: StreamEvent, t: number): void {
    const { name: u, variant: v, covariates: c } = unit;
    let state = this.#states.get(u);
    if (!state && (c || !request)) {
      state = this.ledger.apply(state, { k: "exposure", u, v, t, ...(c && { c }) });
      this.#states.set(u, state);
    }
    if (!request) return;
    const outcome = { k: "outcome", id: "", u, v, t, r: t, m: request } as const;
    this.#states.set(u, this.ledger.apply(state, outcome));
  }
}

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
      book.write(event, now);
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
    const random = new Random(`${seed}/${scenario.key}/${mode}/${run}`);
    simulateRun(setting, random, truth).addTo(tally);
  }
  return tally;
}
