import type { MessageType } from "#model/webhook/message.ts";

/** What a webhook can be told of, in words. */
export const messageWords: Record<MessageType, string> = {
  "experiment.started": "An experiment has started",
  "experiment.promoted": "A winner was promoted",
  "experiment.rolled_back": "An experiment was rolled back",
  "experiment.stopped": "An experiment was stopped",
  "experiment.held": "Promotions are on hold",
  "experiment.underpowered": "An experiment gets too few units to find anything",
  "variant.switched_off": "A variant was switched off",
  "release.stage_started": "A stage of a release has started",
  "release.advanced": "A stage of a release has passed",
  "release.completed": "A release is complete",
  "release.reverted": "A release was reverted",
  "limit.approaching": "A limit is nearly reached",
};
