import { secondsUntilTomorrow } from "#aggregator/daily-quota.ts";
import type { InputIssue } from "#shared/input-issue.ts";
import { type Failure, failure } from "#shared/result.ts";

/** Why an entry is not recorded that the daily quota has no room for. */
export const BEYOND_QUOTA: InputIssue = {
  path: "",
  code: "daily_quota_used_up",
  message:
    "this key has used up what it may add to the experiment today for units that nobody vouches for: send a token of the unit, or that again tomorrow (UTC)",
};

/**
 * The refusal of a request of which nothing was recorded, where the quota is a reason for it. Requests with anything else
 * that counts are answered as ever, so that nobody waits for tomorrow with what is vouched for.
 * @param rejected why its entries were not recorded
 * @param now milliseconds
 */
export function refuseBeyondQuota(
  rejected: readonly Pick<InputIssue, "code">[],
  now: number,
): Failure | undefined {
  if (!rejected.some(({ code }) => code === BEYOND_QUOTA.code)) return undefined;
  const detail = `Nothing of this was recorded: ${BEYOND_QUOTA.message}.`;
  return failure({ code: "daily_quota_used_up", detail, retryAfterSeconds: secondsUntilTomorrow(now) });
}
