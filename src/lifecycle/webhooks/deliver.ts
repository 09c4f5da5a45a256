import type { WebhookSettings } from "#config";
import { nextDelay } from "#model/webhook/retry-schedule.ts";
import type { Delivery } from "#model/webhook/webhook.ts";
import { log } from "#shared/log.ts";
import type { Database } from "#store/database.ts";
import { type ClaimedDelivery, claimDue, type DeliveryOutcome, noteOutcome } from "#store/webhook-outbox.ts";
import type { Receiver } from "#store/webhooks.ts";
import { type Attempt, sendOnce } from "./send.ts";
import { TEST_TYPE } from "./test-message.ts";

/** Messages at a time, of these for one webhook, and lots in a run. */
const LOT = 5;
const PER_WEBHOOK = 2;
const MAXIMUM_LOTS = 40;

/** No lot begins after this; one takes as long as the slowest answer. */
const RUN_MILLISECONDS = 25_000;

/** What an answer says when nobody is there any more and never will be. */
const GONE = 410;

function whenNext({ attempts, type }: ClaimedDelivery, attempt: Attempt, now: number): number | null {
  if (attempt.isDelivered || attempt.status === GONE || type === TEST_TYPE) return null;
  const delay = nextDelay(attempts, Math.random(), attempt.retryAfterMilliseconds);
  return delay === undefined ? null : now + delay;
}

function disablingOf(
  { type, createdAt }: ClaimedDelivery,
  { isDelivered, status, error }: Attempt,
  nextAttemptAt: number | null,
): DeliveryOutcome["disabling"] {
  if (isDelivered || nextAttemptAt !== null || type === TEST_TYPE) return undefined;
  // Whatever it took before, it is gone. One that fails may take other messages.
  return status === GONE
    ? { reason: "it answered 410: nobody is there any more", unlessDeliveredSince: Number.MAX_SAFE_INTEGER }
    : { reason: `nothing was taken in all attempts of a message: ${error}`, unlessDeliveredSince: createdAt };
}

/**
 * Sends a message once and notes what came of it. Cut off in between, it is sent again: receivers know it by its id.
 * @param clock epoch milliseconds
 * @returns undefined where the delivery was deleted meanwhile
 */
export async function deliverOne(
  database: Database,
  receiver: Receiver,
  delivery: ClaimedDelivery,
  settings: WebhookSettings,
  clock: () => number,
): Promise<Delivery | undefined> {
  const attempt = await sendOnce(receiver, delivery, clock(), settings);
  const now = clock();
  const { isDelivered, status, error } = attempt;
  const nextAttemptAt = whenNext(delivery, attempt, now);
  const disabling = disablingOf(delivery, attempt, nextAttemptAt);
  const outcome = {
    nextAttemptAt,
    isDelivered,
    status,
    error,
    ...(disabling !== undefined && { disabling }),
  };
  return noteOutcome(database, delivery, outcome, now);
}

/** Sends what is due, for less than a minute. May overlap with itself. @param clock epoch milliseconds */
export async function deliverDue(
  database: Database,
  settings: WebhookSettings,
  clock: () => number,
): Promise<void> {
  const end = clock() + RUN_MILLISECONDS;
  for (let lot = 0; lot < MAXIMUM_LOTS && clock() < end; lot += 1) {
    const claimed = await claimDue(database, clock(), LOT, PER_WEBHOOK);
    if (claimed.length === 0) return;
    const sent = claimed.map(({ delivery, receiver }) =>
      deliverOne(database, receiver, delivery, settings, clock).catch((cause: unknown) =>
        log("error", "what came of a message could not be noted", { cause }),
      ),
    );
    await Promise.all(sent);
  }
}
