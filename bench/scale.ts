import { LIMITS, OPERATIONS } from "./cost/operations.ts";
import { PRICES } from "./cost/prices.ts";
import { readCounted } from "./cost/read-counted.ts";
import { type Aggregated, simulateAggregator } from "./cost/simulate-aggregator.ts";

/*
 * What traffic asks of each part of an installation, from one experiment to 10,000 and to a million outcomes a second, and
 * which limit it meets first. The operations are counted ones; what happens once a second is simulated.
 */
interface Scenario {
  experiments: number;
  shards: number;
  /** Outcomes a second, of all experiments together. */
  rate: number;
  batch: number;
}

const SCENARIOS: readonly Scenario[] = [
  { experiments: 1, shards: 1, rate: 0.1, batch: 1 },
  { experiments: 1, shards: 1, rate: 100, batch: 1 },
  { experiments: 1, shards: 1, rate: 1_000, batch: 1 },
  { experiments: 1, shards: 1, rate: 10_000, batch: 100 },
  { experiments: 1, shards: 8, rate: 100_000, batch: 100 },
  { experiments: 1, shards: 32, rate: 1_000_000, batch: 1_000 },
  { experiments: 100, shards: 1, rate: 100, batch: 1 },
  { experiments: 1_000, shards: 1, rate: 1_000, batch: 10 },
  { experiments: 10_000, shards: 1, rate: 1_000, batch: 10 },
  { experiments: 10_000, shards: 1, rate: 1_000_000, batch: 1_000 },
];

const SECONDS_A_MONTH = 30 * 86_400;
const SECONDS_A_DAY = 86_400;

function describe({ experiments, shards, rate, batch }: Scenario): string {
  const aggregators = experiments * shards;
  const requests = rate / batch;
  // Every shard that has an event of a request is called; a request's events are of few experiments.
  const eventsOfExperiment = Math.max(1, batch / experiments);
  const callsOfRequest = Math.min(batch, experiments) * shards * (1 - (1 - 1 / shards) ** eventsOfExperiment);
  const calls = (requests * callsOfRequest) / aggregators;
  const one = simulateAggregator({ calls, eventsOfCall: rate / aggregators / calls });
  const judgments = experiments * one.flushes * OPERATIONS.judgmentQueries;
  const chunks = aggregators * one.chunks * OPERATIONS.chunkQueries;
  const logDays = LIMITS.databaseBytes / (rate * OPERATIONS.logBytes) / SECONDS_A_DAY;
  const rows = aggregators * one.rowsWritten * PRICES.rowWritten;
  const dollars =
    rows + requests * PRICES.workerRequest + aggregators * (calls + one.flushes) * PRICES.objectRequest;
  const processor = (rate / aggregators) * OPERATIONS.eventMicroseconds * 1e-6;
  const met = [
    calls > LIMITS.objectRequests && "calls of one object",
    processor > 1 && "processor of one object",
    judgments > LIMITS.databaseQueries && "queries of DB",
    chunks > LIMITS.databaseQueries && "queries of LOG",
    logDays < 1 && "size of LOG",
  ].filter((limit) => limit !== false);
  return [
    `${experiments} × ${shards} shards, ${rate}/s, ${batch} a request`,
    `calls of one object ${calls.toFixed(2)}/s`,
    `processor of one object ${(processor * 100).toFixed(1)} %`,
    `DB ${judgments.toFixed(1)} queries/s`,
    `LOG ${chunks.toFixed(1)} queries/s, full after ${logDays.toPrecision(3)} days`,
    `$${((dollars / rate) * 1e6).toFixed(2)} a million, $${Math.round(dollars * SECONDS_A_MONTH)} a month`,
    met.length > 0 ? `BEYOND: ${met.join(", ")}` : "within every limit",
  ].join(" · ");
}

/** How far rows written per outcome are from what was counted. */
function compare(name: string, simulated: Aggregated, events: number, counted: number | undefined): string {
  const rows = simulated.rowsWritten / events;
  const ratio =
    counted === undefined
      ? "not counted yet"
      : `counted ${counted.toFixed(3)}, ratio ${(rows / counted).toFixed(2)}`;
  return `rows written per outcome, ${name}: simulated ${rows.toFixed(3)}, ${ratio}`;
}

for (const scenario of SCENARIOS) console.log(describe(scenario));
const counted = await readCounted();
const slow = simulateAggregator({ calls: 1 / 1.2, eventsOfCall: 1, isRegular: true });
console.log(compare("one every 1.2 s", slow, 1 / 1.2, counted("fewer than one a second")));
const fast = simulateAggregator({ calls: 150, eventsOfCall: 100 });
console.log(
  compare("15,000 a second, 100 a request", fast, 15_000, counted("outcomes, 100 a request, new units")),
);
