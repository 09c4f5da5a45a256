import { emptyTotals, mergeTotals } from "../analyzer/moments.ts";
import { fnv32a } from "../assigner/hash.ts";
import { type ExperimentTotals, experimentTotals } from "../model/moments.ts";
import type { RulesetExperiment } from "../model/ruleset.ts";
import type { Aggregator } from "./aggregator.ts";
import type { Exposure, Outcome, OutcomeStatus } from "./messages.ts";

export type AggregatorNamespace = DurableObjectNamespace<Aggregator>;

interface Sharded {
  key: string;
  shards: number;
}

function aggregatorOf(namespace: AggregatorNamespace, key: string, shard: number) {
  return namespace.getByName(`${key}/${shard}`);
}

/** All of an experiment's aggregators, in the order of their shards. */
export function aggregatorsOf(namespace: AggregatorNamespace, { key, shards }: Sharded) {
  return Array.from({ length: shards }, (_, shard) => aggregatorOf(namespace, key, shard));
}

/** The shard that counts a unit: always the same one, so that its events meet. @param unit its keyed hash */
function shardOf(unit: string, shards: number): number {
  return shards === 1 ? 0 : fnv32a(unit) % shards;
}

/**
 * Sends exposures and outcomes of one experiment to its aggregators, one call each.
 * @returns the statuses of the outcomes in their order; all that are accepted are durable
 */
export async function recordInShards(
  namespace: AggregatorNamespace,
  { key, shards, variants, definitions }: RulesetExperiment,
  exposures: readonly Exposure[],
  outcomes: readonly Outcome[],
): Promise<OutcomeStatus[]> {
  const statuses = new Array<OutcomeStatus>(outcomes.length).fill("unit_not_exposed");
  const calls = Array.from({ length: shards }, async (_, shard) => {
    const exposed = exposures.filter(({ unit }) => shardOf(unit, shards) === shard);
    const positions = outcomes.flatMap(({ unit }, index) => (shardOf(unit, shards) === shard ? [index] : []));
    if (exposed.length === 0 && positions.length === 0) return;
    const reply = await aggregatorOf(namespace, key, shard).record({
      experiment: { key, shard, variants: variants.map((variant) => variant.key), definitions },
      exposures: exposed,
      outcomes: positions.flatMap((index) => outcomes[index] ?? []),
    });
    for (const [order, index] of positions.entries()) {
      const status = reply.statuses[order];
      if (status) statuses[index] = status;
    }
  });
  await Promise.all(calls);
  return statuses;
}

/** The totals of an experiment over all its shards. */
export async function collectTotals(
  namespace: AggregatorNamespace,
  experiment: Sharded & { variants: readonly { key: string }[] },
): Promise<ExperimentTotals> {
  const parts = await Promise.all(
    aggregatorsOf(namespace, experiment).map(async (aggregator) =>
      experimentTotals.parse(await aggregator.totals()),
    ),
  );
  return parts.reduce(mergeTotals, emptyTotals(experiment.variants.map(({ key }) => key)));
}
