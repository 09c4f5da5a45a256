import type { Experiment, ExperimentStatus, Namespace } from "../model/experiment.ts";
import { checkBeforeStart } from "../model/experiment-checks.ts";
import type { InputIssue } from "../model/issue.ts";
import { type Refusal, type Result, refuse } from "../model/refusal.ts";
import type { Database } from "../store/database.ts";
import { changeExperiment, findExperiment, listActiveExperiments } from "../store/experiments.ts";
import { listMetrics } from "../store/metrics.ts";
import { readCatalogue } from "./catalogue.ts";

/** Who acts, when and why. */
export interface Act {
  /** `key:<id>`, `cron` or `guardrail`. */
  actor: string;
  reason: string;
  /** Epoch milliseconds. */
  now: number;
}

function wrongStatus(experiment: Experiment, verb: string, allowed: ExperimentStatus[]): Refusal | undefined {
  if (allowed.includes(experiment.status)) return undefined;
  return refuse("transition_not_allowed", `An experiment that is ${experiment.status} cannot be ${verb}.`);
}

function auditOf(experiment: Experiment, action: string, { actor, reason, now }: Act, details = {}) {
  return { at: now, actor, action, subject: `experiment:${experiment.spec.key}`, reason, details };
}

function areDisjoint(a: Namespace | undefined, b: Namespace | undefined): boolean {
  if (!a || !b || a.name !== b.name) return false;
  return a.range[1] <= b.range[0] || b.range[1] <= a.range[0];
}

/** Only what was over before the first assignment may explain outcomes; anything later could know of them. */
async function findHistoryIssue(
  database: Database,
  history: string | undefined,
): Promise<InputIssue | undefined> {
  if (history === undefined) return undefined;
  const found = await findExperiment(database, history);
  const message = !found.ok
    ? "there is no such experiment"
    : found.value.endedAt === null
      ? "this experiment has not ended: only outcomes from before the start may be covariates"
      : undefined;
  return message === undefined ? undefined : { path: "/history", code: "no_history", message };
}

/**
 * Starts a draft: freezes its metric definitions and begins to hand out variants. Refused while another experiment on
 * the same AI config could meet the same units; disjoint ranges of one namespace cannot.
 */
export async function startExperiment(
  database: Database,
  experiment: Experiment,
  act: Act,
): Promise<Result<Experiment>> {
  const refusal = wrongStatus(experiment, "started", ["draft"]);
  if (refusal) return refusal;
  const { spec } = experiment;
  const issues = checkBeforeStart(spec, await readCatalogue(database, spec.config));
  if (issues.length > 0) {
    return refuse("impossible_experiment", "The experiment cannot be run as described.", issues);
  }
  const historyIssue = await findHistoryIssue(database, spec.history);
  if (historyIssue) {
    return refuse("impossible_experiment", "The experiment cannot be run as described.", [historyIssue]);
  }
  const neighbours = (await listActiveExperiments(database)).filter(
    (other) => other.spec.config === spec.config,
  );
  const rival = neighbours.find((other) => !areDisjoint(spec.namespace, other.spec.namespace));
  if (rival) {
    return refuse(
      "config_busy",
      `The experiment '${rival.spec.key}' is active on this AI config: end it, or put both into disjoint ranges of one namespace.`,
    );
  }
  const metrics = await listMetrics(database);
  return changeExperiment(database, experiment, {
    status: "running",
    startedAt: act.now,
    periods: [{ startedAt: act.now, weights: spec.variants.map(({ weight }) => weight) }],
    definitions: metrics.filter(({ key }) => spec.metrics.some(({ metric }) => metric === key)),
    toleratedNeighbours: neighbours.map((other) => other.spec.key),
    audit: auditOf(experiment, "experiment.start", act),
  });
}

/** Everybody gets the live version until the experiment resumes; nobody changes variant by it. */
export async function pauseExperiment(
  database: Database,
  experiment: Experiment,
  act: Act,
): Promise<Result<Experiment>> {
  const refusal = wrongStatus(experiment, "paused", ["running"]);
  if (refusal) return refusal;
  return changeExperiment(database, experiment, {
    status: "paused",
    audit: auditOf(experiment, "experiment.pause", act),
  });
}

export async function resumeExperiment(
  database: Database,
  experiment: Experiment,
  act: Act,
): Promise<Result<Experiment>> {
  const refusal = wrongStatus(experiment, "resumed", ["paused"]);
  if (refusal) return refusal;
  return changeExperiment(database, experiment, {
    status: "running",
    audit: auditOf(experiment, "experiment.resume", act),
  });
}

/** Ends an experiment without a winner; the AI config's live version stays as it is. */
export async function stopExperiment(
  database: Database,
  experiment: Experiment,
  act: Act,
): Promise<Result<Experiment>> {
  const refusal = wrongStatus(experiment, "stopped", ["running", "paused"]);
  if (refusal) return refusal;
  return changeExperiment(database, experiment, {
    status: "stopped",
    endedAt: act.now,
    conclusion: {
      action: "stop",
      variant: experiment.spec.control,
      reason: act.reason,
      actor: act.actor,
      at: act.now,
    },
    audit: auditOf(experiment, "experiment.stop", act),
  });
}

/** Ends an experiment by making one variant's version live. */
async function conclude(
  database: Database,
  experiment: Experiment,
  ending: { status: ExperimentStatus; action: "promote" | "rollback"; variant: string },
  act: Act,
): Promise<Result<Experiment>> {
  const { action, status } = ending;
  const variant = experiment.spec.variants.find(({ key }) => key === ending.variant);
  if (!variant) {
    return refuse("invalid_input", "The experiment has no such variant.", [
      { path: "/variant", code: "unknown_variant", message: `there is no variant '${ending.variant}'` },
    ]);
  }
  return changeExperiment(database, experiment, {
    status,
    endedAt: act.now,
    liveVersion: variant.version,
    conclusion: { action, variant: variant.key, reason: act.reason, actor: act.actor, at: act.now },
    audit: auditOf(experiment, `experiment.${action}`, act, {
      variant: variant.key,
      version: variant.version,
    }),
  });
}

/** Ends an experiment and makes a variant's version the AI config's live one. */
export async function promoteVariant(
  database: Database,
  experiment: Experiment,
  variant: string,
  act: Act,
): Promise<Result<Experiment>> {
  const refusal = wrongStatus(experiment, "promoted", ["running", "paused"]);
  return refusal ?? conclude(database, experiment, { status: "promoted", action: "promote", variant }, act);
}

/** Ends an experiment and makes the control's version the AI config's live one. */
export async function rollBackExperiment(
  database: Database,
  experiment: Experiment,
  act: Act,
): Promise<Result<Experiment>> {
  const refusal = wrongStatus(experiment, "rolled back", ["running", "paused"]);
  const variant = experiment.spec.control;
  return (
    refusal ?? conclude(database, experiment, { status: "rolled_back", action: "rollback", variant }, act)
  );
}
