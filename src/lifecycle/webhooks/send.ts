import type { WebhookSettings } from "#config";
import { refuseAddress } from "#model/webhook/address.ts";
import { messageSchema } from "#model/webhook/message.ts";
import { toSlackMessage } from "#reporter/slack-message.ts";
import type { ClaimedDelivery } from "#store/webhook-outbox.ts";
import type { Receiver } from "#store/webhooks.ts";
import { signedHeaders } from "./sign.ts";

const TIMEOUT_MILLISECONDS = 10_000;

/** What came of one attempt. */
export interface Attempt {
  isDelivered: boolean;
  /** Of the answer; null where there was none. */
  status: number | null;
  /** Why it was not delivered, in words of our own: nothing that a receiver answers is shown. */
  error: string | null;
  /** How long the receiver wants to be left alone. */
  retryAfterMilliseconds: number;
}

function failed(error: string, status: number | null = null, retryAfterMilliseconds = 0): Attempt {
  return { isDelivered: false, status, error, retryAfterMilliseconds };
}

/** `Retry-After` is a number of seconds or a date; anything else says nothing. */
function readRetryAfter(header: string | null, now: number): number {
  if (header === null) return 0;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1_000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? 0 : Math.max(0, date - now);
}

/** @returns undefined of a message that cannot be put into the receiver's words */
async function requestOf(
  { kind, secrets }: Receiver,
  { id, body }: ClaimedDelivery,
  now: number,
  { dashboardUrl }: WebhookSettings,
): Promise<RequestInit | undefined> {
  const headers = { "content-type": "application/json", "user-agent": "Bakeoff-Webhooks" };
  if (kind === "slack") {
    const message = messageSchema.safeParse(JSON.parse(body));
    return message.success
      ? { headers, body: JSON.stringify(toSlackMessage(message.data, dashboardUrl)) }
      : undefined;
  }
  const signed = await signedHeaders(id, Math.floor(now / 1_000), body, secrets);
  return { headers: { ...headers, ...signed }, body };
}

/**
 * Sends a message once. The address is checked again, since the settings may have changed. Redirects are not followed: they
 * could lead anywhere. What is answered is not read.
 * @param now epoch milliseconds, by which the receiver tells an old message from a new one
 */
export async function sendOnce(
  receiver: Receiver,
  delivery: ClaimedDelivery,
  now: number,
  settings: WebhookSettings,
): Promise<Attempt> {
  const refusal = refuseAddress(receiver.url, settings.allowsOwnMachine);
  if (refusal !== undefined) return failed(refusal);
  const request = await requestOf(receiver, delivery, now, settings);
  if (!request) return failed("the message cannot be put into Slack's form");
  let response: Response;
  try {
    response = await fetch(receiver.url, {
      ...request,
      method: "POST",
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
    });
  } catch (cause) {
    const isLate = cause instanceof Error && cause.name === "TimeoutError";
    return failed(isLate ? "no answer within 10 seconds" : "it could not be reached");
  }
  const { status, ok: isDelivered, headers } = response;
  // Awaiting it would let a receiver hold the run up.
  response.body?.cancel().catch(() => undefined);
  if (isDelivered) return { isDelivered, status, error: null, retryAfterMilliseconds: 0 };
  const isRedirect = status >= 300 && status < 400;
  const error = isRedirect ? "the address leads elsewhere, which is not followed" : `it answered ${status}`;
  return failed(error, status, readRetryAfter(headers.get("retry-after"), now));
}
