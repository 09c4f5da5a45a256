import { analyze } from "#analyzer/experiment/analyze.ts";
import { decideOverLooks } from "#decider/decide-over-looks.ts";
import { judgeGuardrails } from "#guardrails/judge-guardrails.ts";
import { checkTraffic } from "#ingest/traffic.ts";
import type { Analysis } from "#model/analysis/analysis.ts";
import { Book } from "./book.ts";
import { type Act, observeActs, observeMisledActs, observeUnits } from "./observe-acts.ts";
import { observeEnd } from "./observe-end.ts";
import { type Look, observeLook, type Truth } from "./observe-look.ts";
import { Random } from "./random.ts";
import { RunRecord, type Tally } from "./record.ts";
import { type Mode, type Scenario, treatmentOf } from "./scenario.ts";
import { simulateAdaptiveRun } from "./simulate-adaptive.ts";
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

function lookAt(
  scenario: Scenario,
  book: Book,
  previous: Analysis | undefined,
  switchedOff: readonly string[],
  now: number,
): Look {
  const { spec, metricDefinitions } = scenario;
  book.mature(now);
  const totals = book.ledger.totalsIn(0);
  const analysis = analyze({ spec, metricDefinitions, totals, previous, switchedOff, now });
  const guardrails = judgeGuardrails(spec, analysis);
  const input = { spec, analysis, guardrails, switchedOff, startedAt: 0, now };
  const { decision, proofs } = decideOverLooks(input, previous?.proofs);
  return { analysis: { ...analysis, proofs }, guardrails, decision };
}

/** The event as it is let in, or undefined where what happens in a pause belongs to no arm. */
function admitted(scenario: Scenario, mode: Mode, event: StreamEvent, now: number): StreamEvent | undefined {
  const { pause, metricDefinitions, secondsPerArrival = 1 } = scenario;
  if (!pause) return event;
  const arrival = now / (SECOND * secondsPerArrival);
  const isIdle = pause.from < arrival && arrival < pause.until;
  const misleads = isIdle && mode === "different" && event.unit.variant === treatmentOf(scenario);
  const told = misleads && event.request ? { ...event, request: pause.request } : event;
  const [from, until] = [pause.from, pause.until].map((at) => at * SECOND * secondsPerArrival);
  const pauses = from === undefined || until === undefined ? [] : [{ from, until }];
  const traffic = checkTraffic(
    { pauses, endedAt: null, metricDefinitions },
    event.unit.variant,
    now,
    told.request,
  );
  return traffic.ok ? told : undefined;
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
  const step = SECOND * (scenario.secondsPerArrival ?? 1);
  for (const events of streamOf(scenario, mode, effect, random)) {
    now += step;
    for (const told of events) {
      const event = admitted(scenario, mode, told, now);
      if (!event || switchedOff.includes(event.unit.variant)) continue;
      if (event.request && event.unit.requests[0] === event.request) units.push(event.unit);
      const { name, variant, covariates, attributes } = event.unit;
      if (event.lateCovariates) {
        book.reportCovariates(name, variant, event.lateCovariates, now);
        continue;
      }
      book.write({ unit: name, variant, covariates, attributes, request: event.request }, now);
    }
    if ((now / step) % scenario.lookEvery !== 0) continue;
    look = lookAt(scenario, book, look?.analysis, switchedOff, now);
    if (!scenario.decisionsOnly) observeLook(record, scenario, truth, look);
    const { action, variant } = look.decision;
    if (isOver || action === "continue" || action === "hold") continue;
    acts.push({ decision: look.decision, dataDoubts: look.analysis.dataDoubts, units: look.analysis.units });
    if (action === "switch_off" && variant !== null) switchedOff.push(variant);
    else isOver = true;
    if (isOver && scenario.decisionsOnly) break;
  }
  if (scenario.unitsAreCounted) observeUnits(record, scenario, truth, acts, look?.analysis.units ?? 0);
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
      scenario.phaseUnits === undefined
        ? simulateRun(setting, random, truth)
        : simulateAdaptiveRun({ ...setting, name }, random, truth);
    record.addTo(tally);
  }
  return tally;
}
