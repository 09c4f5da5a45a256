import { Ledger } from "../../src/aggregator/ledger.ts";
import type { UnitState } from "../../src/aggregator/unit-state.ts";
import { analyze } from "../../src/analyzer/analyze.ts";
import { emptyTotals } from "../../src/analyzer/moments.ts";
import { decide } from "../../src/decider/decide.ts";
import { judgeGuardrails } from "../../src/guardrails/judge-guardrails.ts";
import type { Analysis } from "../../src/model/analysis.ts";
import { observeEnd } from "./observe-end.ts";
import { type Look, observeDecision, observeLook, type Truth } from "./observe-look.ts";
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

function lookAt(scenario: Scenario, book: Book, previous: Analysis | undefined, now: number): Look {
  const { spec, definitions } = scenario;
  const analysis = analyze({ spec, definitions, totals: book.ledger.totals, previous, now });
  const guardrails = judgeGuardrails(spec, analysis);
  return { analysis, guardrails, decision: decide({ spec, analysis, guardrails, startedAt: 0, now }) };
}

/** One run from the first unit to the last, with a look every so often. */
function simulateRun({ scenario, mode, effect }: Setting, random: Random, truth: Truth): RunRecord {
  const record = new RunRecord();
  const book = new Book(scenario);
  const units: SimulatedUnit[] = [];
  let look: Look | undefined;
  let decided: Look["decision"] | undefined;
  let now = 0;
  for (const events of streamOf(scenario, mode, effect, random)) {
    now += SECOND;
    for (const event of events) {
      if (event.request && event.unit.requests[0] === event.request) units.push(event.unit);
      book.write(event, now);
    }
    if ((now / SECOND) % scenario.lookEvery !== 0) continue;
    look = lookAt(scenario, book, look?.analysis, now);
    observeLook(record, scenario, truth, look);
    if (["promote", "rollback"].includes(look.decision.action)) decided ??= look.decision;
  }
  observeDecision(record, scenario, mode, truth, decided);
  if (look) observeEnd(record, scenario, truth, look, units);
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
