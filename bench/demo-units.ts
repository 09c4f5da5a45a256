import { readdirSync, readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { parseArgs } from "node:util";
import Table from "cli-table3";
import { analyze } from "#analyzer/experiment/analyze.ts";
import { bucketRanges, inRange } from "#assigner/bucket-ranges.ts";
import { bucketOf, hashStateAfter } from "#assigner/hash.ts";
import { decideOverLooks } from "#decider/decide-over-looks.ts";
import { readRecording } from "#demo/run/recordings.ts";
import type { Scenario } from "#demo/run/scenario.ts";
import { experimentOf } from "#demo/run/set-up.ts";
import { shuffled } from "#demo/run/shuffled.ts";
import { trafficOf } from "#demo/run/traffic.ts";
import { SCENARIOS } from "#demo/scenarios/index.ts";
import { judgeGuardrails } from "#guardrails/judge-guardrails.ts";
import { freezeDefinitions } from "#lifecycle/freeze-definitions.ts";
import type { Analysis } from "#model/analysis/analysis.ts";
import type { Decision } from "#model/analysis/decision.ts";
import { completeSpec } from "#model/experiment/defaults.ts";
import { experimentInputSchema } from "#model/experiment/experiment.ts";
import { type MetricDefinition, metricDefinitionSchema } from "#model/metric/metric.ts";
import { inRepository } from "#tools/local-server/repository.ts";
import { Book } from "./calibration/book.ts";

/*
 * How many units each experiment of the demo needs until it is decided, with a look after every 50 of them instead of every
 * minute: in the demo's own order, and in others, with other assignments. `node bench/demo-units.ts --orders 100`.
 */
const { values: flags } = parseArgs({ options: { orders: { type: "string", default: "20" } } });
const ORDERS = Number(flags.orders);
if (!Number.isInteger(ORDERS) || ORDERS < 1) throw new Error("--orders must be a whole number from 1 on");
const UNITS_PER_LOOK = 50;
const SECOND = 1_000;

interface Look {
  analysis: Analysis;
  decision: Decision;
}

/** The metrics that every installation has, from the migrations that give it them. */
function builtInMetrics(): MetricDefinition[] {
  const database = new DatabaseSync(":memory:");
  const migrations = readdirSync(inRepository("migrations")).filter((name) => name.endsWith(".sql"));
  for (const name of migrations.toSorted())
    database.exec(readFileSync(inRepository("migrations", name), "utf8"));
  const rows = database.prepare("SELECT definition FROM metric").all();
  return rows.map(({ definition }) => metricDefinitionSchema.parse(JSON.parse(String(definition))));
}

/**
 * Replays a scenario unit by unit.
 * @param order 0 is the demo's own
 * @returns the look that ended the experiment, or the last one
 */
async function replay(scenario: Scenario, known: readonly MetricDefinition[], order: number): Promise<Look> {
  const { control, treatment, ownMetrics = [] } = scenario;
  const input = experimentInputSchema.parse(experimentOf(scenario));
  const spec = completeSpec({ ...input, ...(order > 0 && { seed: `${input.key}-${order}` }) }, control.key);
  const own = ownMetrics.map((metric) => metricDefinitionSchema.parse(metric));
  const metricDefinitions = freezeDefinitions(spec, [...known, ...own]);
  const book = new Book({ spec, metricDefinitions });
  const seedState = hashStateAfter(spec.seed);
  const [first] = bucketRanges(
    spec.variants.map(({ weight }) => weight),
    spec.coverage,
  );
  const recording = await readRecording(scenario.recording, [control.recorded, treatment.recorded]);
  const recorded = trafficOf(scenario, recording);
  const traffic = order > 0 ? shuffled(recorded, spec.seed) : recorded;
  let look: Look | undefined;
  for (const [index, { unit, events }] of traffic.entries()) {
    const now = (index + 1) * SECOND;
    const arm = first && inRange(bucketOf(seedState, unit), first) ? control : treatment;
    for (const request of events(arm)) book.write({ unit, variant: arm.key, request }, now);
    if ((index + 1) % UNITS_PER_LOOK !== 0 && index + 1 < traffic.length) continue;
    const totals = book.ledger.totalsIn(0);
    const analysis = analyze({ spec, metricDefinitions, totals, previous: look?.analysis, now });
    const guardrails = judgeGuardrails(spec, analysis);
    const input = { spec, analysis, guardrails, startedAt: 0, now };
    const { decision, proofs } = decideOverLooks(input, look?.analysis.proofs);
    look = { analysis: { ...analysis, proofs }, decision };
    if (look.decision.action !== "continue" && look.decision.action !== "hold") break;
  }
  if (!look) throw new Error(`${scenario.title} has no units`);
  return look;
}

const known = builtInMetrics();
const table = new Table({
  head: ["experiment", "decision", "reason", "units", `units in ${ORDERS} orders, mean`, "as expected"],
  style: { head: [], border: [], compact: true },
  colAligns: ["left", "left", "left", "right", "right", "right"],
});
const total = { own: 0, mean: 0 };
for (const scenario of SCENARIOS) {
  const looks: Look[] = [];
  for (let order = 0; order < ORDERS; order++) looks.push(await replay(scenario, known, order));
  const [own] = looks;
  if (!own) continue;
  const mean = looks.reduce((sum, { analysis }) => sum + analysis.units, 0) / ORDERS;
  const expected = looks.filter(({ decision }) => decision.action === scenario.expected.action).length;
  total.own += own.analysis.units;
  total.mean += mean;
  const { action, reason } = own.decision;
  const asExpected = `${expected}/${ORDERS}`;
  table.push([scenario.title, action, reason.code, own.analysis.units, mean.toFixed(0), asExpected]);
  if (action !== scenario.expected.action) process.exitCode = 1;
}
table.push(["all", "", "", total.own, total.mean.toFixed(0), ""]);
console.log(table.toString());
