import { checkBeforeStart } from "#model/experiment/checks.ts";
import { areDisjoint } from "#model/experiment/disjoint-namespaces.ts";
import { type Experiment, MAXIMUM_PAUSES } from "#model/experiment/experiment.ts";
import type { InputIssue } from "#shared/input-issue.ts";
import { err, type Failure, ok, type Result } from "#shared/result.ts";
import type { Act } from "#store/audit.ts";
import type { Database } from "#store/database.ts";
import { changeExperiment, findExperiment, listActiveOn } from "#store/experiments.ts";
import { measureConfig } from "#store/ruleset-sizes.ts";
import { readCatalog } from "./catalog.ts";
import { freedPhase } from "./change/freed-traffic.ts";
import { draftOf, type RecordedAct } from "./decision-record.ts";
import { freezeDefinitions } from "./freeze-definitions.ts";
import { refuseHeldTreatment } from "./holdouts.ts";
import { refuseUnknownOverrides } from "./override-unit.ts";
import { refuseLargeTotals } from "./refuse-large-totals.ts";
import { auditOf, refuseTransition } from "./transition.ts";
import { announce, announceEnd, announceStart } from "./webhooks/announce.ts";

export const MAXIMUM_EXPERIMENTS_OF_CONFIG = 100;
const MAXIMUM_CONFIG_BYTES = 8_000_000;

/** Only what was over before the first assignment may explain outcomes; anything later could know of them. */
async function findCovariateSourceIssue(
  database: Database,
  covariateSource: string | undefined,
  unitKeyId: string,
): Promise<InputIssue | undefined> {
  if (covariateSource === undefined) return undefined;
  const source = await findExperiment(database, covariateSource);
  const message = !source.ok
    ? "there is no such experiment"
    : source.value.endedAt === null
      ? "this experiment has not ended: only outcomes from before the start may be covariates"
      : source.value.unitKeyId !== unitKeyId
        ? "this experiment's units are hashed by another secret, so that none of them would be found"
        : undefined;
  return message === undefined
    ? undefined
    : { path: "/covariateSource", code: "no_covariate_source", message };
}

/**
 * An experiment that ends without a winner leaves what is live: unless that is its control, users get neither arm. A release
 * that is reverted does so by itself, to the version that it was compared with.
 */
function findControlRefusal(
  { spec }: Experiment,
  liveVersion: number | undefined,
  acceptControlNotLive: boolean,
): Failure | undefined {
  const control = spec.variants.find(({ key }) => key === spec.control);
  if (liveVersion === undefined || control?.version === liveVersion) return undefined;
  if (spec.release !== undefined)
    return err(
      "control_not_live",
      `This stage compares with version ${control?.version}, but version ${liveVersion} is live now. Start a new release.`,
    );
  if (acceptControlNotLive) return undefined;
  return err(
    "control_not_live",
    `The control '${spec.control}' is version ${control?.version}, but version ${liveVersion} is live. Make the control's version live first, or start with acceptControlNotLive: a rollback leaves version ${liveVersion} live.`,
  );
}

/** Edges hold an AI config with all that it hands out: what they could not hold is refused here. */
async function refuseBeyondLimits(
  database: Database,
  { spec }: Experiment,
  now: number,
): Promise<Failure | undefined> {
  const versions = spec.variants.map(({ version }) => version);
  const load = await measureConfig(database, spec.config, versions, now);
  if (load.experiments >= MAXIMUM_EXPERIMENTS_OF_CONFIG) {
    return err(
      "limit_reached",
      `An AI config takes data of ${MAXIMUM_EXPERIMENTS_OF_CONFIG} experiments at a time: those that are active, and those that ended less than a day or a conversion window ago.`,
    );
  }
  if (load.bytes <= MAXIMUM_CONFIG_BYTES) return undefined;
  return err(
    "limit_reached",
    `An AI config with its live version, its active experiments and all versions in them may hold ${MAXIMUM_CONFIG_BYTES} bytes; this would make ${load.bytes}.`,
  );
}

/**
 * Starts a draft: freezes its metric definitions and begins to hand out variants. Refused while another experiment on
 * the same AI config could meet the same units; disjoint ranges of one namespace cannot. Refused too while the control is
 * not the AI config's live version, unless that is accepted.
 * @param act with the id of the secret by which its units are hashed from now on
 */
export async function startExperiment(
  database: Database,
  experiment: Experiment,
  act: Act & { acceptControlNotLive?: boolean; unitKeyId: string },
): Promise<Result<Experiment>> {
  const refusal = refuseTransition(experiment, "start");
  if (refusal) return refusal;
  const { spec } = experiment;
  const catalog = await readCatalog(database, spec.config);
  const issues = checkBeforeStart(spec, catalog);
  if (issues.length > 0) {
    return err("impossible_experiment", "The experiment cannot be run as described.", issues);
  }
  const covariateSourceIssue = await findCovariateSourceIssue(database, spec.covariateSource, act.unitKeyId);
  if (covariateSourceIssue) {
    return err("impossible_experiment", "The experiment cannot be run as described.", [covariateSourceIssue]);
  }
  const { liveVersion } = catalog;
  const controlRefusal = findControlRefusal(experiment, liveVersion, act.acceptControlNotLive ?? false);
  if (controlRefusal) return controlRefusal;
  const heldRefusal = await refuseHeldTreatment(database, experiment);
  if (heldRefusal) return heldRefusal;
  const neighbors = await listActiveOn(database, spec.config);
  const conflictingExperiment = neighbors.find((other) => !areDisjoint(spec.namespace, other.spec.namespace));
  if (conflictingExperiment) {
    return err(
      "config_busy",
      `The experiment '${conflictingExperiment.spec.key}' is active on this AI config: end it, or put both into disjoint ranges of one namespace.`,
    );
  }
  const overrideRefusal = refuseUnknownOverrides(experiment);
  if (overrideRefusal) return overrideRefusal;
  const limitRefusal = await refuseBeyondLimits(database, experiment, act.now);
  if (limitRefusal) return limitRefusal;
  const metricDefinitions = freezeDefinitions(spec, catalog.metrics);
  const totalsRefusal = refuseLargeTotals(spec, metricDefinitions);
  if (totalsRefusal) return totalsRefusal;
  return changeExperiment(database, experiment, {
    status: "running",
    startedAt: act.now,
    unitKeyId: act.unitKeyId,
    phases: [{ startedAt: act.now, weights: spec.variants.map(({ weight }) => weight) }],
    metricDefinitions,
    allowedActiveExperiments: neighbors.map((other) => other.spec.key),
    ...(liveVersion !== undefined && { liveVersionAtStart: liveVersion, requiredLiveVersion: liveVersion }),
    audit: auditOf(experiment, "experiment.start", act, { liveVersion: liveVersion ?? null }),
    messages: [announceStart(spec, act)],
  });
}

/** Everybody gets the live version until the experiment resumes; nobody changes variant by it. */
export async function pauseExperiment(
  database: Database,
  experiment: Experiment,
  act: Act,
): Promise<Result<Experiment>> {
  const refusal = refuseTransition(experiment, "pause");
  if (refusal) return refusal;
  if (experiment.pauses.length >= MAXIMUM_PAUSES) {
    return err("transition_not_allowed", `An experiment can be paused ${MAXIMUM_PAUSES} times.`);
  }
  return changeExperiment(database, experiment, {
    status: "paused",
    pauses: [...experiment.pauses, { from: act.now, until: null }],
    audit: auditOf(experiment, "experiment.pause", act),
  });
}

export async function resumeExperiment(
  database: Database,
  experiment: Experiment,
  act: Act,
): Promise<Result<Experiment>> {
  const refusal = refuseTransition(experiment, "resume");
  if (refusal) return refusal;
  return changeExperiment(database, experiment, {
    status: "running",
    pauses: experiment.pauses.map((pause) => (pause.until === null ? { ...pause, until: act.now } : pause)),
    audit: auditOf(experiment, "experiment.resume", act),
  });
}

/** Ends an experiment without a winner; the AI config's live version stays as it is. */
export async function stopExperiment(
  database: Database,
  experiment: Experiment,
  act: RecordedAct,
): Promise<Result<Experiment>> {
  const refusal = refuseTransition(experiment, "stop");
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
    record: draftOf(experiment, act, { action: "stop", variant: null }),
    messages: [announceEnd("experiment.stopped", experiment.spec, act)],
  });
}

/** Ends an experiment because of harm. It deploys nothing: the AI config's live version stays what it is. */
export async function rollBackExperiment(
  database: Database,
  experiment: Experiment,
  act: RecordedAct,
): Promise<Result<Experiment>> {
  const refusal = refuseTransition(experiment, "rollback");
  if (refusal) return refusal;
  const variant = experiment.spec.control;
  const harmful = act.decided?.variant ?? null;
  return changeExperiment(database, experiment, {
    status: "rolled_back",
    endedAt: act.now,
    conclusion: { action: "rollback", variant, reason: act.reason, actor: act.actor, at: act.now },
    audit: auditOf(experiment, "experiment.rollback", act, { variant }),
    record: draftOf(experiment, act, { action: "rollback", variant: harmful }),
    messages: [announceEnd("experiment.rolled_back", experiment.spec, act, harmful)],
  });
}

/**
 * Lets one treatment leave and the others go on. Its units get the control's version and are counted no more; or its traffic
 * goes to control and the leader, in a phase that counts new units only. Nobody else changes variant. Nothing happens to one that
 * has left before.
 * @param leader the best of the treatments that go on; null where nobody is to have the traffic
 */
export async function switchOffVariant(
  database: Database,
  experiment: Experiment,
  variant: string,
  act: RecordedAct,
  leader: string | null = null,
): Promise<Result<Experiment>> {
  const refusal = refuseTransition(experiment, "switch_off");
  if (refusal) return refusal;
  const { spec, switchedOff } = experiment;
  if (variant === spec.control || !spec.variants.some(({ key }) => key === variant)) {
    return err("invalid_input", "The experiment has no such treatment.", [
      { path: "/variant", code: "unknown_variant", message: `there is no treatment '${variant}'` },
    ]);
  }
  if (switchedOff.some((earlier) => earlier.variant === variant)) return ok(experiment);
  const { reason, actor, now: at } = act;
  const phase = leader === null ? undefined : freedPhase(experiment, variant, leader, at);
  return changeExperiment(database, experiment, {
    switchedOff: [...switchedOff, { variant, reason, actor, at }],
    ...(phase && { phases: [...experiment.phases, phase] }),
    audit: auditOf(experiment, "experiment.switch_off", act, {
      variant,
      ...(phase && { leader, weights: phase.weights }),
    }),
    record: draftOf(experiment, act, { action: "switch_off", variant }),
    messages: [announce("variant.switched_off", spec, act, { variant })],
  });
}
