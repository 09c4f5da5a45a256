import type { RulesetKey } from "#model/config/ruleset.ts";
import { isPublicScope } from "#model/key/api-key.ts";
import { log } from "#shared/log.ts";
import { type Failure, failure } from "#shared/result.ts";
import type { Database } from "#store/database.ts";
import { noteKeyUse } from "#store/keys.ts";

/** The period of the limit that `wrangler.toml` sets for client keys. */
const RATE_PERIOD_SECONDS = 60;

/** An isolate notes a key's use this often at most: one row written for however many requests. */
const NOTED_FOR_MILLISECONDS = 5 * 60_000;

const notedAt = new Map<string, number>();

/** Whether a key's use has been noted lately. @param now epoch milliseconds */
export function isUseNoted({ id }: RulesetKey, now: number): boolean {
  return now - (notedAt.get(id) ?? Number.NEGATIVE_INFINITY) < NOTED_FOR_MILLISECONDS;
}

/** Notes behind the answer that a key is in use. */
export function noteUse(
  key: RulesetKey,
  database: Database,
  execution: Pick<ExecutionContext, "waitUntil">,
  now: number,
): void {
  if (isUseNoted(key, now)) return;
  const { id } = key;
  notedAt.set(id, now);
  const work = noteKeyUse(database, id, now).catch((cause: unknown) => {
    log("error", "the use of a key could not be noted", { cause });
  });
  execution.waitUntil(work);
}

/** Whose request it is: an IPv4 address, or the /64 of an IPv6 address, all of which one subscriber has. */
function networkOf(request: Request): string {
  const address = request.headers.get("cf-connecting-ip") ?? "unknown";
  if (!address.includes(":")) return address;
  const [head = "", tail = ""] = address.toLowerCase().split("::");
  const groups = head.split(":").filter(Boolean);
  const rest = tail.split(":").filter(Boolean);
  const zeros = address.includes("::") ? Math.max(0, 8 - groups.length - rest.length) : 0;
  return [...groups, ...Array<string>(zeros).fill("0"), ...rest].slice(0, 4).join(":");
}

/**
 * Refuses a client key that asks too often from one address. Counted by each of Cloudflare's locations on its own, and not
 * to the last request: it stops a flood, it is no quota. Keys of servers are not limited, which few addresses use.
 */
export async function refuseFlood(
  { id, scope }: RulesetKey,
  request: Request,
  { CLIENT_RATE }: Pick<Env, "CLIENT_RATE">,
): Promise<Failure | undefined> {
  if (!isPublicScope(scope)) return undefined;
  const { success } = await CLIENT_RATE.limit({ key: `${id}/${networkOf(request)}` });
  if (success) return undefined;
  const detail = "This key asks too often from this address. Send that again in a minute.";
  return failure({ code: "too_many_requests", detail, retryAfterSeconds: RATE_PERIOD_SECONDS });
}
