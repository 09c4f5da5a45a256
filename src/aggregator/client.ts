import * as z from "zod";
import { emptyTotals, mergeTotals } from "#analyzer/estimates/moments.ts";
import { fnv32a } from "#assigner/hash.ts";
import type { AggregatedExperiment } from "#ledger/aggregated-experiment.ts";
import type { LedgerName } from "#ledger/source.ts";
import type { LogPosition } from "#model/analysis/evaluation-inputs.ts";
import { type ExperimentTotals, experimentTotalsSchema } from "#model/analysis/moments.ts";
import type { RulesetExperiment } from "#model/config/ruleset.ts";
import { keptSince } from "#model/experiment/phase.ts";
import type { Aggregator } from "./aggregator.ts";
import type {
  CountedPhases,
  Exposure,
  Outcome,
  OutcomeStatus,
  RecordBatch,
  RecordReply,
} from "./messages.ts";
import { aggregatorName, shardIn } from "./shard-number.ts";

export type AggregatorNamespace = DurableObjectNamespace<Aggregator>;

/** An experiment as its aggregators divide it: by unit. */
export interface Sharded {
  spec: { key: string; shards: number };
}

/** @param shard its number, below zero for one of what nobody vouches for */
export function aggregatorOf(namespace: AggregatorNamespace, key: string, shard: number) {
  return namespace.getByName(aggregatorName(key, shard));
}

/** All aggregators of one of an experiment's ledgers, in the order of their shards. */
export function aggregatorsOf(
  namespace: AggregatorNamespace,
  { spec }: Sharded,
  ledger: LedgerName = "deciding",
) {
  return Array.from({ length: spec.shards }, (_, shard) =>
    aggregatorOf(namespace, spec.key, shardIn(ledger, shard)),
  );
}

/** The shard that counts a unit: always the same one, so that its events meet. @param unit its keyed hash */
function shardOf(unit: string, shards: number): number {
  return shards === 1 ? 0 : fnv32a(unit) % shards;
}

/** The shards that may know a unit: one of every ledger. @param unit its keyed hash */
export function homesOf(unit: string, shards: number): number[] {
  const shard = shardOf(unit, shards);
  return [shardIn("deciding", shard), shardIn("unvouched", shard)];
}

function aggregatedExperiment(
  { key, variants, metricDefinitions, exclusions }: RulesetExperiment,
  shard: number,
): AggregatedExperiment {
  return { key, shard, variants: variants.map((variant) => variant.key), metricDefinitions, exclusions };
}

/** Tells of entries since when no unit that counts has changed its variant: outcomes of such a unit count where it does. */
function withKeptPhases<Entry extends Exposure | Outcome>(
  entries: Entry[],
  { phases }: RulesetExperiment,
): Entry[] {
  if (!phases.some(({ keepsUnits }) => keepsUnits)) return entries;
  return entries.map((entry) => {
    const phase = entry.cameIn ?? entry.phase ?? 0;
    const since = keptSince(phases, phase);
    return since === phase ? entry : { ...entry, keptSince: since };
  });
}

/** Records in one shard. What an aggregator must know of its experiment is sent only to one that asks for it. */
async function recordInShard(
  namespace: AggregatorNamespace,
  experiment: RulesetExperiment,
  shard: number,
  entries: Pick<RecordBatch, "exposures" | "outcomes">,
): Promise<RecordReply> {
  const aggregator = aggregatorOf(namespace, experiment.key, shard);
  const batch = {
    shards: experiment.shards,
    exposures: withKeptPhases(entries.exposures, experiment),
    outcomes: withKeptPhases(entries.outcomes, experiment),
  };
  const reply = await aggregator.record(batch);
  if (!reply.needsExperiment) return reply;
  return aggregator.record({ ...batch, experiment: aggregatedExperiment(experiment, shard) });
}

/**
 * Sends exposures and outcomes of an experiment to its aggregators, one call each.
 * @returns the statuses of the outcomes in their order; all that are accepted are durable, and so are the exposures that
 *   are not refused
 */
export async function recordInShards(
  namespace: AggregatorNamespace,
  experiment: RulesetExperiment,
  exposures: readonly Exposure[],
  outcomes: readonly Outcome[],
  ledger: LedgerName = "deciding",
): Promise<RecordReply> {
  const { shards } = experiment;
  if (shards === 1) {
    const all = { exposures: [...exposures], outcomes: [...outcomes] };
    return recordInShard(namespace, experiment, shardIn(ledger, 0), all);
  }
  const statuses = new Array<OutcomeStatus>(outcomes.length).fill("unit_not_exposed");
  const refusedExposures: number[] = [];
  const calls = Array.from({ length: shards }, async (_, shard) => {
    const placesOf = (entries: readonly { unit: string }[]) =>
      entries.flatMap(({ unit }, index) => (shardOf(unit, shards) === shard ? [index] : []));
    const exposed = placesOf(exposures);
    const positions = placesOf(outcomes);
    if (exposed.length === 0 && positions.length === 0) return;
    const reply = await recordInShard(namespace, experiment, shardIn(ledger, shard), {
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
 * Counts events and exposures that the intake refused, all in the first aggregator and the newest phase: a refused entry
 * may have no unit that would say where it belongs.
 */
export async function countRejected(
  namespace: AggregatorNamespace,
  experiment: RulesetExperiment,
  entries: number,
  ledger: LedgerName,
): Promise<void> {
  const shard = shardIn(ledger, 0);
  await aggregatorOf(namespace, experiment.key, shard).countRejected(
    aggregatedExperiment(experiment, shard),
    experiment.phases.length - 1,
    entries,
  );
}

/** Drops what an experiment was told to ignore before it is stored anywhere. */
function withoutCovariates(exposures: readonly Exposure[]): Exposure[] {
  return exposures.map(({ covariates: _ignored, ...exposure }) => exposure);
}

/**
 * Records exposures of an experiment, with what an earlier experiment knows of their units; they are durable
 * once this resolves, but for those that the daily quota has no room for. Repeating one is harmless. Covariates
 * are left out where the experiment ignores them.
 * @returns the places of these
 */
export async function recordExposures(
  namespace: AggregatorNamespace,
  experiment: RulesetExperiment,
  exposures: readonly Exposure[],
  ledger: LedgerName = "deciding",
): Promise<number[]> {
  const informed =
    experiment.covariates === "ignore"
      ? withoutCovariates(exposures)
      : await withCovariateSource(namespace, experiment.covariateSource, exposures);
  return (await recordInShards(namespace, experiment, informed, [], ledger)).refusedExposures;
}

/**
 * Gives exposures the covariates that an earlier experiment knows of their units; those that brought their own keep them.
 * @param past the earlier experiment
 */
async function withCovariateSource(
  namespace: AggregatorNamespace,
  past: RulesetExperiment["covariateSource"],
  exposures: readonly Exposure[],
): Promise<readonly Exposure[]> {
  if (!past) return exposures;
  const wanting = exposures.filter(({ covariates }) => covariates === undefined).map(({ unit }) => unit);
  const shards = Map.groupBy(wanting, (unit) => shardOf(unit, past.shards));
  const replies = await Promise.all(
    [...shards].map(([shard, units]) => aggregatorOf(namespace, past.key, shard).history(units, past.shards)),
  );
  const meansByUnit = new Map(replies.flat().map(({ unit, means }) => [unit, means]));
  return exposures.map((exposure) => {
    const covariates = meansByUnit.get(exposure.unit);
    return covariates && !exposure.covariates ? { ...exposure, covariates, fromHistory: true } : exposure;
  });
}

type WithVariants = Sharded & {
  spec: { variants: readonly { key: string }[] };
  phases: readonly unknown[];
};

export const phaseTotalsSchema = z.array(experimentTotalsSchema);

/** The totals of every phase over all shards. @param parts of every shard, by phase */
export function mergePhaseTotals(
  { variants }: WithVariants["spec"],
  phases: number,
  parts: readonly (readonly ExperimentTotals[])[],
): ExperimentTotals[] {
  const nothing = emptyTotals(variants.map(({ key }) => key));
  return Array.from({ length: phases }, (_, phase) =>
    parts.map((part) => part[phase] ?? nothing).reduce(mergeTotals, nothing),
  );
}

/** Totals of every phase over all shards, and how far the log of each shard was counted. */
export interface PlacedTotals {
  totals: ExperimentTotals[];
  positions: LogPosition[];
}

/** {@link CountedPhases} as they come from another object. */
type CountedPart = Pick<CountedPhases, "sequence"> & { phases: unknown };

/** Joins what the shards of an experiment have counted. @param parts in the order of the shards */
export function joinCounted(experiment: WithVariants, parts: readonly CountedPart[]): PlacedTotals {
  const phasesOfParts = parts.map(({ phases }) => phaseTotalsSchema.parse(phases));
  return {
    totals: mergePhaseTotals(experiment.spec, experiment.phases.length, phasesOfParts),
    positions: parts.map(({ sequence }, shard) => ({
      shard,
      sequence,
      maturedUntil: phasesOfParts[shard]?.[0]?.maturedUntil ?? null,
    })),
  };
}

/** The totals of every phase of an experiment, over all shards of its deciding ledger, with their place in the log. */
export async function countPhases(
  namespace: AggregatorNamespace,
  experiment: WithVariants,
): Promise<PlacedTotals> {
  const aggregators = aggregatorsOf(namespace, experiment);
  const parts = await Promise.all(
    aggregators.map((aggregator) => aggregator.counted(experiment.spec.shards)),
  );
  return joinCounted(experiment, parts);
}

/** The totals of every phase of an experiment, over all its shards. */
export async function collectPhases(
  namespace: AggregatorNamespace,
  experiment: WithVariants,
  ledger: LedgerName = "deciding",
): Promise<ExperimentTotals[]> {
  const { spec, phases } = experiment;
  const parts = await Promise.all(
    aggregatorsOf(namespace, experiment, ledger).map(async (aggregator) =>
      phaseTotalsSchema.parse(await aggregator.totals(spec.shards)),
    ),
  );
  return mergePhaseTotals(spec, phases.length, parts);
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
