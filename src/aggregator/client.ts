import { emptyTotals, mergeTotals } from "#analyzer/estimates/moments.ts";
import { fnv32a } from "#assigner/hash.ts";
import type { LedgerName } from "#ledger/source.ts";
import { type ExperimentTotals, experimentTotalsSchema } from "#model/analysis/moments.ts";
import type { RulesetExperiment } from "#model/config/ruleset.ts";
import type { Aggregator } from "./aggregator.ts";
import type { Exposure, Outcome, OutcomeStatus, RecordReply } from "./messages.ts";
import { aggregatorName, shardIn } from "./shard-number.ts";

export type AggregatorNamespace = DurableObjectNamespace<Aggregator>;

/** An experiment as its aggregators divide it: by the phase of its weights, and within one by unit. */
export interface Sharded {
  spec: { key: string; shards: number };
  phases: readonly unknown[];
}

function aggregatorOf(namespace: AggregatorNamespace, key: string, shard: number) {
  return namespace.getByName(aggregatorName(key, shard));
}

/** All aggregators of one of an experiment's ledgers, in the order of their shards: those of the first phase first. */
export function aggregatorsOf(
  namespace: AggregatorNamespace,
  { spec, phases }: Sharded,
  ledger: LedgerName = "deciding",
) {
  return Array.from({ length: spec.shards * phases.length }, (_, shard) =>
    aggregatorOf(namespace, spec.key, shardIn(ledger, shard)),
  );
}

/** The shard that counts a unit in a phase: always the same one, so that its events meet. @param unit its keyed hash */
function shardOf(unit: string, shards: number, phase: number): number {
  return phase * shards + (shards === 1 ? 0 : fnv32a(unit) % shards);
}

/**
 * Sends exposures and outcomes of one phase of an experiment to its aggregators, one call each.
 * @returns the statuses of the outcomes in their order; all that are accepted are durable, and so are the exposures that
 *   are not refused
 */
export async function recordInShards(
  namespace: AggregatorNamespace,
  { key, shards, variants, metricDefinitions, exclusions }: RulesetExperiment,
  phase: number,
  exposures: readonly Exposure[],
  outcomes: readonly Outcome[],
  ledger: LedgerName = "deciding",
): Promise<RecordReply> {
  const statuses = new Array<OutcomeStatus>(outcomes.length).fill("unit_not_exposed");
  const refusedExposures: number[] = [];
  const calls = Array.from({ length: shards }, async (_, offset) => {
    const shard = phase * shards + offset;
    const placesOf = (entries: readonly { unit: string }[]) =>
      entries.flatMap(({ unit }, index) => (shardOf(unit, shards, phase) === shard ? [index] : []));
    const exposed = placesOf(exposures);
    const positions = placesOf(outcomes);
    if (exposed.length === 0 && positions.length === 0) return;
    const number = shardIn(ledger, shard);
    const reply = await aggregatorOf(namespace, key, number).record({
      experiment: {
        key,
        shard: number,
        variants: variants.map((variant) => variant.key),
        metricDefinitions,
        exclusions,
      },
      ...(phase > 0 && { firstPhases: { register: shardIn(ledger, offset), phase } }),
      shards,
      exposures: exposed.flatMap((index) => exposures[index] ?? []),
      outcomes: positions.flatMap((index) => outcomes[index] ?? []),
    });
    for (const [order, index] of positions.entries()) {
      const status = reply.statuses[order];
      if (status) statuses[index] = status;
    }
    refusedExposures.push(...reply.refusedExposures.flatMap((order) => exposed[order] ?? []));
  });
  await Promise.all(calls);
  return { statuses, refusedExposures };
}

/**
 * Counts events and exposures that the intake refused, all in the first aggregator of the newest phase: a refused entry
 * may have no unit that would say where it belongs.
 */
export async function countRejected(
  namespace: AggregatorNamespace,
  { key, shards, variants, metricDefinitions, phases, exclusions }: RulesetExperiment,
  entries: number,
  ledger: LedgerName,
): Promise<void> {
  const shard = shardIn(ledger, (phases.length - 1) * shards);
  const experiment = {
    key,
    shard,
    variants: variants.map((variant) => variant.key),
    metricDefinitions,
    exclusions,
  };
  await aggregatorOf(namespace, key, shard).countRejected(experiment, entries);
}

/** Drops what an experiment was told to ignore before it is stored anywhere. */
function withoutCovariates(exposures: readonly Exposure[]): Exposure[] {
  return exposures.map(({ covariates: _ignored, ...exposure }) => exposure);
}

/**
 * Records exposures of one phase of an experiment, with what an earlier experiment knows of their units; they are durable
 * once this resolves, but for those that the daily quota has no room for. Repeating one is harmless. Covariates
 * are left out where the experiment ignores them.
 * @returns the places of these
 */
export async function recordExposures(
  namespace: AggregatorNamespace,
  experiment: RulesetExperiment,
  phase: number,
  exposures: readonly Exposure[],
  ledger: LedgerName = "deciding",
): Promise<number[]> {
  const informed =
    experiment.covariates === "ignore"
      ? withoutCovariates(exposures)
      : await withCovariateSource(namespace, experiment.covariateSource, exposures);
  return (await recordInShards(namespace, experiment, phase, informed, [], ledger)).refusedExposures;
}

/**
 * Gives exposures the covariates that an earlier experiment knows of their units; those that brought their own keep them.
 * @param past the earlier experiment; of its phases the last one that saw a unit counts
 */
async function withCovariateSource(
  namespace: AggregatorNamespace,
  past: RulesetExperiment["covariateSource"],
  exposures: readonly Exposure[],
): Promise<readonly Exposure[]> {
  if (!past) return exposures;
  const wanting = exposures.filter(({ covariates }) => covariates === undefined).map(({ unit }) => unit);
  const meansByUnit = new Map<string, Record<string, number>>();
  for (let phase = 0; phase < past.phases; phase++) {
    const shards = Map.groupBy(wanting, (unit) => shardOf(unit, past.shards, phase));
    const replies = await Promise.all(
      [...shards].map(([shard, units]) => aggregatorOf(namespace, past.key, shard).history(units)),
    );
    for (const { unit, means } of replies.flat()) meansByUnit.set(unit, means);
  }
  return exposures.map((exposure) => {
    const covariates = meansByUnit.get(exposure.unit);
    return covariates && !exposure.covariates ? { ...exposure, covariates, fromHistory: true } : exposure;
  });
}

type WithVariants = Sharded & { spec: { variants: readonly { key: string }[] } };

/** The totals of every phase of an experiment, over all its shards. */
export async function collectPhases(
  namespace: AggregatorNamespace,
  experiment: WithVariants,
  ledger: LedgerName = "deciding",
): Promise<ExperimentTotals[]> {
  const { shards, variants } = experiment.spec;
  const parts = await Promise.all(
    aggregatorsOf(namespace, experiment, ledger).map(async (aggregator) =>
      experimentTotalsSchema.parse(await aggregator.totals()),
    ),
  );
  const nothing = emptyTotals(variants.map(({ key }) => key));
  return experiment.phases.map((_, index) =>
    parts.slice(index * shards, (index + 1) * shards).reduce(mergeTotals, nothing),
  );
}

/** The totals of an experiment over all its phases and shards. */
export async function collectTotals(
  namespace: AggregatorNamespace,
  experiment: WithVariants,
  ledger: LedgerName = "deciding",
): Promise<ExperimentTotals> {
  const phases = await collectPhases(namespace, experiment, ledger);
  return phases.reduce(mergeTotals, emptyTotals(experiment.spec.variants.map(({ key }) => key)));
}
