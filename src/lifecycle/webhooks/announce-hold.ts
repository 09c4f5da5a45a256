import type { DecisionSource } from "#model/analysis/decision.ts";
import type { Evaluation } from "#results/evaluate.ts";
import { sha256 } from "#shared/sha-256.ts";
import type { OutgoingMessage } from "#store/webhook-outbox.ts";
import { announce } from "./announce.ts";

const DAY_MILLISECONDS = 86_400_000;
const ID_CHARACTERS = 32;

/**
 * The message that an evaluation holds promotions. Its id is that of the experiment, the reason and the day (UTC): a hold that comes
 * and goes is told once a day.
 * @returns undefined of any other decision
 */
export async function announceHold(
  { snapshot, summary, inputs }: Evaluation,
  source: DecisionSource,
): Promise<OutgoingMessage | undefined> {
  const { decision, takenAt, experiment } = snapshot;
  if (decision.action !== "hold") return undefined;
  const day = Math.floor(takenAt / DAY_MILLISECONDS);
  const hash = await sha256(JSON.stringify(["experiment.held", experiment, decision.reason.code, day]));
  const act = { actor: source, reason: summary, now: takenAt };
  const about = { variant: decision.variant };
  return announce(
    "experiment.held",
    inputs.experiment.spec,
    act,
    about,
    `msg_${hash.slice(0, ID_CHARACTERS)}`,
  );
}
