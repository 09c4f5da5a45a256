import { v7 as uuidv7 } from "uuid";
import type { ExperimentSpec } from "#model/experiment/experiment.ts";
import {
  type ExperimentMessageType,
  MAXIMUM_REASON_CHARACTERS,
  type Message,
  type MessageData,
} from "#model/webhook/message.ts";
import { describeMessage } from "#reporter/describe-message.ts";
import { shorten } from "#shared/shorten.ts";
import type { Act } from "#store/audit.ts";
import type { OutgoingMessage } from "#store/webhook-outbox.ts";

function versionOf({ variants }: ExperimentSpec, key: string): MessageData["variant"] {
  const variant = variants.find((candidate) => candidate.key === key);
  return variant ? { key, version: variant.version } : null;
}

/**
 * The message that something happened to an experiment, for the transaction of the act.
 * @param about the variant, and the experiment that goes on with it
 * @param id by default one of its own
 */
export function announce(
  type: ExperimentMessageType,
  spec: ExperimentSpec,
  { actor, reason, now }: Act,
  about: { variant?: string | null; successor?: string } = {},
  id = `msg_${uuidv7({ msecs: now })}`,
): OutgoingMessage {
  const { variant = null, successor = null } = about;
  const subject = {
    name: spec.name,
    variant: variant === null ? null : versionOf(spec, variant),
    release: spec.release ?? null,
    successor,
  };
  // Not checked here: what protects users must not fail because of what is told of it.
  const message: Message = {
    type,
    timestamp: new Date(now).toISOString(),
    data: {
      experiment: spec.key,
      config: spec.config,
      control: spec.control,
      ...subject,
      summary: describeMessage(type, subject),
      reason: shorten(reason, MAXIMUM_REASON_CHARACTERS),
      actor,
      path: `/experiments/${encodeURIComponent(spec.key)}`,
    },
  };
  return { id, type, at: now, body: JSON.stringify(message) };
}

/** The message that an experiment ends without a winner. What was a stage of a release leaves what was live before it. */
export function announceEnd(
  type: "experiment.stopped" | "experiment.rolled_back",
  spec: ExperimentSpec,
  act: Act,
  variant: string | null = null,
): OutgoingMessage {
  return announce(spec.release ? "release.reverted" : type, spec, act, { variant });
}

/** The message that an experiment ends with a variant that is live for everybody. */
export function announceWinner(spec: ExperimentSpec, variant: string, act: Act): OutgoingMessage {
  const type = variant === spec.control ? "release.reverted" : "release.completed";
  return announce(spec.release ? type : "experiment.promoted", spec, act, { variant });
}

/** The message that an experiment begins: a stage of a release, or a comparison. */
export function announceStart(spec: ExperimentSpec, act: Act): OutgoingMessage {
  const treatment = spec.variants.find(({ key }) => key !== spec.control);
  return spec.release
    ? announce("release.stage_started", spec, act, { variant: treatment?.key ?? null })
    : announce("experiment.started", spec, act);
}
