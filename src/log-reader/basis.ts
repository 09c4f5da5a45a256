import * as z from "zod";
import { checkpointLog, type ShardCheckpoint } from "#aggregator/checkpoint-log.ts";
import { type AggregatorNamespace, aggregatorOf, mergePhaseTotals } from "#aggregator/client.ts";
import { logSourceSchema, sourcesOf } from "#event-log/log-source.ts";
import { quarantineSchema } from "#event-log/quarantine.ts";
import type { LedgerName } from "#ledger/source.ts";
import type { LogPosition } from "#model/analysis/evaluation-inputs.ts";
import type { ExperimentTotals } from "#model/analysis/moments.ts";
import { experimentSchema } from "#model/experiment/experiment.ts";
import { err, ok, type Result } from "#shared/result.ts";
import { sha256 } from "#shared/sha-256.ts";
import type { Databases } from "#store/database.ts";
import { findExperiment } from "#store/experiments.ts";
import { listQuarantines } from "#store/keys.ts";
import { findRecordedDecision } from "#store/recorded-decision.ts";
import { type LogQuestion, logQuestionSchema } from "./question.ts";

const countedShardSchema = z.strictObject({
  shard: z.int(),
  /** The last row of its log that counts. */
  until: z.int().nonnegative(),
  unlogged: z.int().nonnegative(),
  maturedUntil: z.int().nullable(),
  sources: z.array(logSourceSchema),
});

const subjectSchema = z.strictObject({
  experiment: experimentSchema.pick({ spec: true, metricDefinitions: true, phases: true, exclusions: true }),
  shards: z.array(countedShardSchema),
});
/** An experiment whose log is read, as it was when the reading began, and where in the log its totals are. */
export type Subject = z.infer<typeof subjectSchema>;

/** What a run goes by from its beginning to its end, whatever changes meanwhile. */
export const basisSchema = z.strictObject({
  question: logQuestionSchema,
  subjects: z.array(subjectSchema),
  quarantines: z.array(quarantineSchema),
  /** When it was taken, epoch milliseconds. */
  takenAt: z.int(),
  /** The same for the same data, whenever they are read. */
  fingerprint: z.string(),
});
export type Basis = z.infer<typeof basisSchema>;

/** Totals by phase, which are too large to be kept with the rest of the basis. */
export interface BasisTotals {
  name: string;
  phases: ExperimentTotals[];
}

/** A basis with its totals. */
export interface TakenBasis {
  basis: Basis;
  totals: BasisTotals[];
}

/** The name of the totals of all shards of a subject. */
export function totalsName(subject: number): string {
  return `totals/${subject}`;
}

/** The name of the totals of one shard. @param shard its number */
export function shardTotalsName(shard: number): string {
  return `totals/shard/${shard}`;
}

const DECIDING: readonly LedgerName[] = ["deciding"];

async function readSubject(
  databases: Databases,
  aggregators: AggregatorNamespace,
  key: string,
  ledgers: readonly LedgerName[],
  positions: readonly LogPosition[] = [],
): Promise<Result<{ subject: Subject; checkpoints: ShardCheckpoint[] }>> {
  const found = await findExperiment(databases.database, key);
  if (!found.ok) return found;
  const { spec, metricDefinitions, phases, exclusions } = found.value;
  const experiment = { spec, metricDefinitions, phases, exclusions };
  const checkpoints: ShardCheckpoint[] = [];
  for (const ledger of ledgers) checkpoints.push(...(await checkpointLog(aggregators, experiment, ledger)));
  const shards: Subject["shards"] = [];
  for (const { shard, sequence: until, unlogged, phases: totals } of checkpoints) {
    const now = { sequence: until, maturedUntil: totals[0]?.maturedUntil ?? null };
    const { sequence, maturedUntil } = positions.find((position) => position.shard === shard) ?? now;
    const sources = await sourcesOf(databases, spec, { shard, until: sequence });
    shards.push({ shard, until, unlogged, maturedUntil, sources });
  }
  return ok({ subject: { experiment, shards }, checkpoints });
}

/** How far the log was counted for the decision that a question is about, and by what; nothing where it is about none. */
interface Decided {
  positions: LogPosition[];
  /** Metrics and phases of weights may have been added since. */
  experiment?: Pick<Subject["experiment"], "spec" | "metricDefinitions" | "phases">;
}

async function decidedFrom(databases: Databases, question: LogQuestion): Promise<Result<Decided>> {
  if (question.kind !== "replay") return ok({ positions: [] });
  const recorded = await findRecordedDecision(databases.database, question.experiment, question.decision);
  if (!recorded.ok) return recorded;
  const { positions, inputs } = recorded.value.evidence;
  const { spec, metricDefinitions, phases } = inputs.experiment;
  return positions
    ? ok({ positions, experiment: { spec, metricDefinitions, phases } })
    : err("decision_not_replayable", "How far the event log was counted for this decision was not noted.");
}

/**
 * Takes what a run goes by: the experiments of a question, and their totals at one place of the log each.
 * @param now epoch milliseconds
 */
export async function takeBasis(
  databases: Databases,
  aggregators: AggregatorNamespace,
  question: LogQuestion,
  now: number,
): Promise<Result<TakenBasis>> {
  const isVerification = question.kind === "verification";
  const keys =
    question.kind === "interaction" ? [question.experiment, question.other] : [question.experiment];
  const decided = await decidedFrom(databases, question);
  if (!decided.ok) return decided;
  const { positions, experiment: then } = decided.value;
  const subjects: Subject[] = [];
  const totals: BasisTotals[] = [];
  for (const [index, key] of keys.entries()) {
    const ledgers: readonly LedgerName[] = isVerification ? ["deciding", "unvouched"] : DECIDING;
    const read = await readSubject(databases, aggregators, key, ledgers, positions);
    if (!read.ok) return read;
    const { subject, checkpoints } = read.value;
    subjects.push({ ...subject, experiment: { ...subject.experiment, ...then } });
    if (isVerification)
      totals.push(...checkpoints.map(({ shard, phases }) => ({ name: shardTotalsName(shard), phases })));
    else {
      const { spec, phases } = subject.experiment;
      const parts = checkpoints.map((checkpoint) => checkpoint.phases);
      totals.push({ name: totalsName(index), phases: mergePhaseTotals(spec, phases.length, parts) });
    }
  }
  const quarantines = await listQuarantines(databases.database);
  const fingerprint = await sha256(JSON.stringify([subjects, quarantines, totals]));
  return ok({ basis: { question, subjects, quarantines, takenAt: now, fingerprint }, totals });
}

/** Whether units were erased since, whose events the log may have lost that the totals of the basis still have. */
export async function hasErasuresSince(
  aggregators: AggregatorNamespace,
  { subjects }: Basis,
): Promise<boolean> {
  const shards = subjects.flatMap(({ experiment: { spec }, shards: counted }) =>
    counted.map(({ shard, until }) => ({ key: spec.key, shard, until })),
  );
  const erased = await Promise.all(
    shards.map(async ({ key, shard, until }) => {
      const last = await aggregatorOf(aggregators, key, shard).lastErasure();
      return last > until;
    }),
  );
  return erased.includes(true);
}
