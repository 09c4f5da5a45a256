import type { Webhook } from "#model/webhook/webhook.ts";

/** Until when messages are signed with the former secret as well; undefined where they are not any more. Epoch milliseconds. */
export function overlapOf({ previousSecretUntil }: Webhook, now: number): number | undefined {
  return previousSecretUntil !== null && now < previousSecretUntil ? previousSecretUntil : undefined;
}
