import { and, asc, eq, inArray, type SQL, sql } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import type { ChainDraft } from "#model/analysis/chain-record.ts";
import type { UnvouchedSummary } from "#model/analysis/data-quality.ts";
import type { DataAcceptance } from "#model/experiment/data-acceptance.ts";
import type { Exclusion } from "#model/experiment/exclusion.ts";
import type {
  Conclusion,
  Experiment,
  ExperimentSpec,
  ExperimentStatus,
  Pause,
  SwitchedOffVariant,
} from "#model/experiment/experiment.ts";
import type { Override } from "#model/experiment/override.ts";
import type { Phase } from "#model/experiment/phase.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import { err, type Failure, ok, type Result } from "#shared/result.ts";
import { type Act, type AuditInput, recordAudit, recordLiveChange } from "./audit.ts";
import { bumpRuleset, type Database } from "./database.ts";
import { isTaken } from "./database-failure.ts";
import { appendSealed, ensureAppended, sealNext } from "./decision-chain.ts";
import { toExperiment } from "./experiment-row.ts";
import { holdsNoTreatment } from "./holdouts.ts";
import { newRow } from "./new-experiment-row.ts";
import { aiConfigTable, experimentTable } from "./schema.ts";
import { insertSuccessor, isKeyFree, type Successor } from "./successor.ts";
import { type OutgoingMessage, putMessage } from "./webhook-outbox.ts";

const ACTIVE: ExperimentStatus[] = ["running", "paused"];

/** Running and paused experiments on an AI config, oldest start first; holdouts are none. */
export async function listActiveOn(database: Database, config: string): Promise<Experiment[]> {
  const rows = await database
    .select()
    .from(experimentTable)
    .where(
      and(
        eq(experimentTable.config, config),
        inArray(experimentTable.status, ACTIVE),
        eq(experimentTable.isHoldout, false),
      ),
    )
    .orderBy(asc(experimentTable.startedAt), asc(experimentTable.key));
  return rows.map(toExperiment);
}

export async function findExperiment(database: Database, key: string): Promise<Result<Experiment>> {
  const row = await database.select().from(experimentTable).where(eq(experimentTable.key, key)).get();
  return row ? ok(toExperiment(row)) : err("experiment_not_found", `There is no experiment '${key}'.`);
}

/** D1 takes rows of 2 MB; what protects users must always find room in the rest. */
const MAXIMUM_EXPERIMENT_BYTES = 1_000_000;

function refuseBeyondSize(value: unknown): Failure | undefined {
  const bytes = new TextEncoder().encode(JSON.stringify(value)).byteLength;
  if (bytes <= MAXIMUM_EXPERIMENT_BYTES) return undefined;
  return err(
    "limit_reached",
    `An experiment may hold ${MAXIMUM_EXPERIMENT_BYTES} bytes with everything that was decided about it; this would make ${bytes}.`,
  );
}

/** Stores a new draft. */
export async function createExperiment(
  database: Database,
  spec: ExperimentSpec,
  { actor, now }: Act,
): Promise<Result<Experiment>> {
  const tooLarge = refuseBeyondSize(spec);
  if (tooLarge) return tooLarge;
  const row = newRow(spec, now);
  const audit = { at: now, actor, action: "experiment.create", subject: `experiment:${spec.key}` };
  try {
    await database.batch([database.insert(experimentTable).values(row), recordAudit(database, audit)]);
    return ok(toExperiment(row));
  } catch (cause) {
    if (!isTaken(cause, "experiment.key")) throw cause;
    return err("already_exists", `There already is an experiment '${spec.key}'.`);
  }
}

/** Keeps what a look found of units that nobody vouches for. It is no change of the experiment. */
export async function storeUnvouchedSummary(
  database: Database,
  key: string,
  summary: UnvouchedSummary,
): Promise<void> {
  await database
    .update(experimentTable)
    .set({ unvouched: JSON.stringify(summary) })
    .where(eq(experimentTable.key, key));
}

/** Deletes a draft. What has started stays for good: its data and its decisions are the record. */
export async function deleteDraft(
  database: Database,
  key: string,
  { actor, now }: Act,
): Promise<Result<null>> {
  const audit = { at: now, actor, action: "experiment.delete", subject: `experiment:${key}` };
  const [, deleted, kept] = await database.batch([
    recordAudit(
      database,
      audit,
      sql`EXISTS (SELECT 1 FROM experiment WHERE key = ${key} AND status = 'draft')`,
    ),
    database
      .delete(experimentTable)
      .where(and(eq(experimentTable.key, key), eq(experimentTable.status, "draft")))
      .returning({ key: experimentTable.key }),
    database.select({ key: experimentTable.key }).from(experimentTable).where(eq(experimentTable.key, key)),
  ]);
  if (deleted.length > 0) return ok(null);
  return kept.length > 0
    ? err("transition_not_allowed", "Only a draft can be deleted: this experiment has started.")
    : err("experiment_not_found", `There is no experiment '${key}'.`);
}

/** A change of an experiment together with everything that must change with it. */
export interface ExperimentChange {
  status?: ExperimentStatus;
  spec?: ExperimentSpec;
  metricDefinitions?: MetricDefinition[];
  phases?: Phase[];
  switchedOff?: SwitchedOffVariant[];
  acceptances?: DataAcceptance[];
  exclusions?: Exclusion[];
  overrides?: Override[];
  rebuildPendingSince?: number | null;
  pauses?: Pause[];
  liveVersionAtStart?: number;
  conclusion?: Conclusion;
  startedAt?: number;
  unitKeyId?: string;
  endedAt?: number;
  /** The version that the AI config serves from now on. */
  liveVersion?: number;
  /** The live version that the AI config must have at the moment of the change. */
  requiredLiveVersion?: number | undefined;
  /** The only experiments on the same AI config that may be active at the moment of the change. */
  allowedActiveExperiments?: string[];
  /** Starts together with this change, or the change does not happen. */
  successor?: Successor;
  audit: AuditInput;
  /** What is to be kept of it for good, in the chain of what was decided. */
  record?: ChainDraft;
  /** What is told of it. */
  messages?: OutgoingMessage[];
}

/** Lifts a wait for a rebuild, unless it is a newer one that a quarantine has begun in the meantime. */
function liftRebuild({ rebuildPendingSince }: Experiment): SQL {
  return sql`iif(rebuild_pending_since IS ${rebuildPendingSince}, NULL, rebuild_pending_since)`;
}

function columnsOf(before: Experiment, change: ExperimentChange) {
  return {
    ...(change.status !== undefined && { status: change.status }),
    ...(change.spec && { spec: JSON.stringify(change.spec) }),
    ...(change.metricDefinitions && { metricDefinitions: JSON.stringify(change.metricDefinitions) }),
    ...(change.phases && { phases: JSON.stringify(change.phases) }),
    ...(change.switchedOff && { switchedOff: JSON.stringify(change.switchedOff) }),
    ...(change.acceptances && { acceptances: JSON.stringify(change.acceptances) }),
    ...(change.pauses && { pauses: JSON.stringify(change.pauses) }),
    ...(change.exclusions && { exclusions: JSON.stringify(change.exclusions) }),
    ...(change.overrides && { overrides: JSON.stringify(change.overrides) }),
    ...(change.rebuildPendingSince !== undefined && {
      rebuildPendingSince: change.rebuildPendingSince ?? liftRebuild(before),
    }),
    ...(typeof change.rebuildPendingSince === "number" && { recounts: sql`${experimentTable.recounts} + 1` }),
    ...(change.liveVersionAtStart !== undefined && { liveVersionAtStart: change.liveVersionAtStart }),
    ...(change.conclusion && { conclusion: JSON.stringify(change.conclusion) }),
    ...(change.startedAt !== undefined && { startedAt: change.startedAt }),
    ...(change.unitKeyId !== undefined && { unitKeyId: change.unitKeyId }),
    ...(change.endedAt !== undefined && { endedAt: change.endedAt }),
  };
}

function onlyAllowedActiveExperiments({ spec }: Experiment, tolerated: string[]): SQL {
  const allowed = JSON.stringify([spec.key, ...tolerated]);
  return sql`NOT EXISTS (
    SELECT 1 FROM experiment AS other
    WHERE other.config = ${spec.config} AND other.status IN ('running', 'paused') AND other.is_holdout = 0
      AND other.key NOT IN (SELECT value FROM json_each(${allowed})))`;
}

/** The AI configs whose parts of the ruleset tell of an experiment. */
function servedWith({ spec: { config, holdout } }: Experiment): string[] {
  return holdout ? holdout.configs.map((one) => one.config) : [config];
}

function hasLiveVersion({ spec }: Experiment, version: number): SQL {
  return sql`EXISTS (SELECT 1 FROM ai_config WHERE key = ${spec.config} AND live_version = ${version})`;
}

/** Ending an experiment and switching an arm off are never refused: a harmful treatment must always be able to leave. */
function refuseGrowth(before: Experiment, change: ExperimentChange): Failure | undefined {
  if (change.endedAt !== undefined || change.switchedOff) return undefined;
  const lists = ["metricDefinitions", "phases", "acceptances", "pauses", "exclusions", "overrides"] as const;
  const isLonger = lists.some((name) => (change[name]?.length ?? 0) > before[name].length);
  return change.spec || isLonger ? refuseBeyondSize({ ...before, ...change }) : undefined;
}

/** Whether a change rests on totals: it must not happen once these are to be counted anew, as after a quarantine. */
function restsOnTotals({ status, successor }: ExperimentChange): boolean {
  return status === "promoted" || successor !== undefined;
}

/**
 * Changes an experiment, its AI config, the ruleset's revision and the audit in one transaction, provided that the
 * experiment is still as it was read. Two overlapping runs cannot both act: the later one finds another revision.
 */
export async function changeExperiment(
  database: Database,
  before: Experiment,
  change: ExperimentChange,
): Promise<Result<Experiment>> {
  const tooLarge = refuseGrowth(before, change);
  if (tooLarge) return tooLarge;
  const { key, config } = before.spec;
  // Edges know nothing of drafts.
  const isKnown = before.startedAt !== null || change.startedAt !== undefined;
  const identifier = uuidv7({ msecs: change.audit.at });
  const tookEffect = sql`EXISTS (SELECT 1 FROM experiment WHERE key = ${key} AND change = ${identifier})`;
  const sealed = change.record && (await sealNext(database, change.record));
  const [updated] = await database.batch([
    database
      .update(experimentTable)
      .set({
        ...columnsOf(before, change),
        revision: before.revision + 1,
        change: identifier,
        updatedAt: change.audit.at,
      })
      .where(
        and(
          eq(experimentTable.key, key),
          eq(experimentTable.revision, before.revision),
          change.allowedActiveExperiments &&
            onlyAllowedActiveExperiments(before, change.allowedActiveExperiments),
          change.requiredLiveVersion === undefined
            ? undefined
            : hasLiveVersion(before, change.requiredLiveVersion),
          change.successor && isKeyFree(change.successor),
          change.startedAt === undefined ? undefined : holdsNoTreatment(before.spec),
          restsOnTotals(change) ? eq(experimentTable.recounts, before.recounts) : undefined,
        ),
      )
      .returning(),
    recordLiveChange(
      database,
      { config, experiment: key, version: change.liveVersion },
      change.audit,
      tookEffect,
    ),
    database
      .update(aiConfigTable)
      .set({ liveVersion: change.liveVersion ?? sql`live_version`, updatedAt: change.audit.at })
      .where(and(eq(aiConfigTable.key, config), sql`${change.liveVersion !== undefined}`, tookEffect)),
    recordAudit(database, change.audit, tookEffect),
    ...(isKnown
      ? servedWith(before).flatMap((one) =>
          bumpRuleset(database, { config: one, experiment: key }, tookEffect),
        )
      : []),
    ...(change.successor ? insertSuccessor(database, change.successor, tookEffect) : []),
    ...(sealed ? appendSealed(database, sealed, tookEffect) : []),
    ...(change.messages ?? []).map((message) => putMessage(database, message, tookEffect)),
  ]);
  const row = updated[0];
  if (row && sealed && change.record) await ensureAppended(database, sealed, change.record);
  return row
    ? ok(toExperiment(row))
    : err(
        "revision_conflict",
        "The experiment has changed in the meantime. Read it again, and repeat this if it still applies.",
      );
}
