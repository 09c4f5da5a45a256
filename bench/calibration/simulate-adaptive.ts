import { emptyTotals, mergeTotals } from "#analyzer/estimates/moments.ts";
import { analyze, type PhaseTotals } from "#analyzer/experiment/analyze.ts";
import { bucketRanges, inRange } from "#assigner/bucket-ranges.ts";
import { decide } from "#decider/decide.ts";
import { judgeGuardrails } from "#guardrails/judge-guardrails.ts";
import type { Analysis } from "#model/analysis/analysis.ts";
import { Book } from "./book.ts";
import { type Act, observeActs } from "./observe-acts.ts";
import type { Truth } from "./observe-look.ts";
import { Random } from "./random.ts";
import { RunRecord } from "./record.ts";
import { effectShareOf, type Scenario } from "./scenario.ts";
import { MEAN_GAP } from "./stream.ts";

const SECOND = 1_000;

interface Phase {
  weights: readonly number[];
  book: Book;
  /** The number of arrivals before it. */
  begins: number;
}

/** A user with a place on the line of hashes. What they say in an arm depends on themselves and on the arm only. */
class User {
  readonly name: string;
  readonly bucket: number;
  readonly #drawFor: (variant: string) => Record<string, number>[];
  readonly #requests = new Map<string, Record<string, number>[]>();

  constructor(name: string, bucket: number, drawFor: (variant: string) => Record<string, number>[]) {
    this.name = name;
    this.bucket = bucket;
    this.#drawFor = drawFor;
  }

  requestsIn(variant: string): Record<string, number>[] {
    const requests = this.#requests.get(variant) ?? this.#drawFor(variant);
    this.#requests.set(variant, requests);
    return requests;
  }
}

/** The visits of one run, in the order in which they come in; for every arrival of a new user those up to the next one. */
function* visitsOf(
  { spec, population, units, returning }: Scenario,
  drawFor: (name: string, variant: string) => ReturnType<typeof population.draw>,
  random: Random,
): Generator<{ user: User; index: number }[]> {
  const later = new Map<number, { user: User; index: number }[]>();
  for (let arrival = 0; arrival < units; arrival++) {
    const name = `unit-${arrival}`;
    const user = new User(name, random.uniform(), (variant) => drawFor(name, variant).requests);
    let at = arrival;
    for (const index of user.requestsIn(spec.control).keys()) {
      later.set(at, [...(later.get(at) ?? []), { user, index }]);
      if (returning) at += 1 + Math.floor(-MEAN_GAP * Math.log(random.uniform()));
    }
    const due = later.get(arrival) ?? [];
    later.delete(arrival);
    yield due;
  }
}

function lookAt(
  { spec, metricDefinitions }: Scenario,
  phases: readonly PhaseTotals[],
  earlier: Earlier,
  now: number,
) {
  const totals = phases
    .map((phase) => phase.totals)
    .reduce(mergeTotals, emptyTotals(spec.variants.map(({ key }) => key)));
  const { previous, switchedOff } = earlier;
  const analysis = analyze({ spec, metricDefinitions, totals, phases, previous, switchedOff, now });
  const guardrails = judgeGuardrails(spec, analysis);
  return { analysis, decision: decide({ spec, analysis, guardrails, switchedOff, startedAt: 0, now }) };
}

interface Earlier {
  previous: Analysis | undefined;
  switchedOff: readonly string[];
}

/** One run of an experiment whose weights follow the evidence. @param name of the run, for what its users are like */
export function simulateAdaptiveRun(
  { scenario, effect, name }: { scenario: Scenario; effect: number; name: string },
  random: Random,
  truth: Truth,
): RunRecord {
  const { spec, population, lookEvery, phaseUnits = scenario.units } = scenario;
  const record = new RunRecord();
  const weights = spec.variants.map(({ weight }) => weight);
  let current: Phase = { weights, book: new Book(scenario), begins: 0 };
  const phases = [current];
  const firstPhases = new Map<string, Phase>();
  const acts: Act[] = [];
  const switchedOff: string[] = [];
  let previous: Analysis | undefined;
  let arrivals = 0;
  const drawFor = (user: string, variant: string) =>
    population.draw(new Random(`${name}/${user}`), effect * effectShareOf(scenario, variant));
  for (const visits of visitsOf(scenario, drawFor, random)) {
    arrivals += 1;
    const ranges = bucketRanges(current.weights, 1);
    for (const { user, index } of visits) {
      const variant = spec.variants[ranges.findIndex((range) => inRange(user.bucket, range))]?.key;
      if (variant === undefined || switchedOff.includes(variant)) continue;
      const requests = user.requestsIn(variant);
      const first = firstPhases.get(user.name) ?? current;
      firstPhases.set(user.name, first);
      const entry = { unit: user.name, variant, request: requests[index] ?? requests[0] };
      current.book.write(entry, arrivals * SECOND, first !== current);
    }
    if (arrivals % lookEvery !== 0) continue;
    const counted = phases.map(({ weights: shares, book }) => ({
      weights: shares,
      totals: book.ledger.totalsIn(0),
    }));
    const { analysis, decision } = lookAt(scenario, counted, { previous, switchedOff }, arrivals * SECOND);
    previous = analysis;
    if (["promote", "rollback", "switch_off"].includes(decision.action)) {
      acts.push({ decision, dataDoubts: analysis.dataDoubts, units: analysis.units });
      if (decision.action !== "switch_off" || decision.variant === null) break;
      switchedOff.push(decision.variant);
    }
    const next = analysis.allocation?.nextWeights;
    if (!next || arrivals - current.begins < phaseUnits) continue;
    current = { weights: next.map(({ share }) => share), book: new Book(scenario), begins: arrivals };
    phases.push(current);
  }
  observeActs(record, scenario, truth, acts);
  return record;
}
