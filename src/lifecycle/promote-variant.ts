import type { Experiment } from "#model/experiment/experiment.ts";
import { err, type Result } from "#shared/result.ts";
import { findConfig } from "#store/configs.ts";
import type { Database } from "#store/database.ts";
import { changeExperiment, listActiveOn } from "#store/experiments.ts";
import { draftOf, type RecordedAct } from "./decision-record.ts";
import { firstStageOf, nextStageOf } from "./release-stages.ts";
import { auditOf, refuseTransition } from "./transition.ts";
import { announce, announceStart, announceWinner } from "./webhooks/announce.ts";

/** A promotion, and what whoever asks for it accepts. */
export interface Promotion extends RecordedAct {
  /** Another version than at the start is live by now. */
  acceptLiveVersionChanged?: boolean;
  /** To everybody at once, without the experiment's stages. */
  atOnce?: boolean;
}

/**
 * Ends an experiment with a winner. It goes on in the stages of a release, as the experiment's plan has it, and the live version
 * stays until they have passed; or its version is live for everybody at once. It was compared with what was live at the
 * start: where another version is live by now, a person has to say that they know.
 */
export async function promoteVariant(
  database: Database,
  experiment: Experiment,
  key: string,
  act: Promotion,
): Promise<Result<Experiment>> {
  const refusal = refuseTransition(experiment, "promote");
  if (refusal) return refusal;
  const { spec, liveVersionAtStart } = experiment;
  const variant = spec.variants.find((candidate) => candidate.key === key);
  if (!variant) {
    return err("invalid_input", "The experiment has no such variant.", [
      { path: "/variant", code: "unknown_variant", message: `there is no variant '${key}'` },
    ]);
  }
  const required = act.acceptLiveVersionChanged ? undefined : (liveVersionAtStart ?? undefined);
  const config = await findConfig(database, spec.config);
  if (!config.ok) return config;
  const { liveVersion } = config.value;
  if (required !== undefined && liveVersion !== required) {
    return err(
      "live_version_changed",
      `Version ${required} was live at the start, version ${liveVersion} is now: '${key}' has not been compared with it. Promote with acceptLiveVersionChanged to replace it.`,
    );
  }
  // A release would return to a version that is live no more.
  const neighbors = await listActiveOn(database, spec.config);
  const otherRelease = neighbors.find((other) => other.spec.release && other.spec.key !== spec.key);
  if (otherRelease) {
    return err(
      "config_busy",
      `The release '${otherRelease.spec.key}' on this AI config goes on: promote '${key}' once it has ended.`,
    );
  }
  // None may begin meanwhile.
  const allowedActiveExperiments = neighbors.map((other) => other.spec.key);
  const { actor, reason, now: at, atOnce = false } = act;
  const successor = atOnce ? undefined : await firstStageOf(database, experiment, variant, liveVersion, act);
  const details = { variant: key, version: variant.version };
  const conclusion = { action: "promote", variant: key, reason, actor, at } as const;
  const record = draftOf(experiment, act, { action: "promote", variant: key });
  if (successor === undefined)
    return changeExperiment(database, experiment, {
      status: "promoted",
      endedAt: at,
      liveVersion: variant.version,
      requiredLiveVersion: required,
      allowedActiveExperiments,
      conclusion,
      audit: auditOf(experiment, "experiment.promote", act, details),
      record,
      messages: [announceWinner(spec, key, act)],
    });
  return changeExperiment(database, experiment, {
    status: "promoted",
    endedAt: at,
    // What the stages return to has to be what is live.
    requiredLiveVersion: liveVersion,
    allowedActiveExperiments,
    conclusion: { ...conclusion, successor: successor.spec.key },
    successor,
    audit: auditOf(experiment, "experiment.promote", act, { ...details, release: successor.spec.key }),
    record,
    messages: [
      announce("experiment.promoted", spec, act, { variant: key, successor: successor.spec.key }),
      announceStart(successor.spec, act),
    ],
  });
}

/** Ends one stage of a release and starts the next one, with more units on the new version. */
export async function advanceRelease(
  database: Database,
  experiment: Experiment,
  act: RecordedAct,
): Promise<Result<Experiment>> {
  const refusal = refuseTransition(experiment, "advance");
  if (refusal) return refusal;
  const { spec, switchedOff } = experiment;
  const [treatment] = spec.variants.filter(({ key }) => key !== spec.control);
  const hasLeft = switchedOff.some(({ variant }) => variant === treatment?.key);
  const successor = await nextStageOf(database, experiment, act);
  if (!successor || !treatment || hasLeft) {
    return err(
      "transition_not_allowed",
      "Only a stage of a release that has another one after it, and whose new version has not left, can be advanced.",
    );
  }
  const { actor, reason, now: at } = act;
  return changeExperiment(database, experiment, {
    status: "stopped",
    endedAt: at,
    requiredLiveVersion: successor.liveVersionAtStart,
    conclusion: {
      action: "advance",
      variant: treatment.key,
      successor: successor.spec.key,
      reason,
      actor,
      at,
    },
    successor,
    audit: auditOf(experiment, "release.advance", act, { next: successor.spec.key }),
    record: draftOf(experiment, act, { action: "advance", variant: treatment.key }),
    messages: [
      announce("release.advanced", spec, act, { variant: treatment.key, successor: successor.spec.key }),
      announceStart(successor.spec, act),
    ],
  });
}
