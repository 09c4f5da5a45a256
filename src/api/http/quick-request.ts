import { isSetUp } from "#config";
import { MAXIMUM_BODY_BYTES } from "#contract/events.ts";
import type { RulesetKey } from "#model/config/ruleset.ts";
import type { ServedRuleset } from "#ruleset/edge-cache.ts";
import { isUseNoted } from "../auth/key-use.ts";
import { keyOfHeader } from "../auth/quick-keys.ts";
import { CROSS_ORIGIN_HEADERS } from "./cross-origin.ts";
import { type Execution, rulesets } from "./run-route.ts";

/* What ordinary requests of servers have in common: nothing has to be read or hashed to know who asks. */

/** A server whose key is bound to nothing, and what it is answered from. */
export interface KnownServer {
  served: ServedRuleset;
  key: RulesetKey;
  /** Epoch milliseconds. */
  now: number;
}

/** Made once: setting five headers one by one takes longer than finding an assignment. */
export const ANSWERED: ResponseInit = {
  headers: new Headers({
    "content-type": "application/json",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    ...CROSS_ORIGIN_HEADERS,
  }),
};

/** Behind `https://`. */
const FIRST_OF_HOST = 8;

function isAt({ url }: Request, path: string): boolean {
  return url.length - url.indexOf("/", FIRST_OF_HOST) === path.length && url.endsWith(path);
}

/** Whether a body can be read at once: of a length that is known and allowed, and as it is. */
function isPlainBody({ headers }: Request): boolean {
  const length = Number(headers.get("content-length") ?? Number.NaN);
  return length > 0 && length <= MAXIMUM_BODY_BYTES && headers.get("content-encoding") === null;
}

/**
 * Who posts an ordinary request to an address.
 * @returns undefined where anything about it is unusual; nothing of it has been read then
 */
export function knowServer(
  request: Request,
  path: string,
  environment: Env,
  execution: Execution,
): KnownServer | undefined {
  if (request.method !== "POST" || !isAt(request, path) || !isSetUp(environment)) return undefined;
  const header = request.headers.get("authorization");
  if (header === null) return undefined;
  const now = Date.now();
  const served = rulesets.current(environment, execution, now);
  if (served instanceof Promise || !served.ok) return undefined;
  const key = keyOfHeader(served.value.ruleset.keys, header, now);
  if (!key || !isUseNoted(key, now) || !isPlainBody(request)) return undefined;
  return { served: served.value, key, now };
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });

/** @returns undefined for what is no JSON in UTF-8 */
export function parseBytes(bytes: ArrayBuffer): unknown {
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch {
    return undefined;
  }
}

/** A request whose body has been read, as it was before. */
export function withBody({ method, url, headers }: Request, body: ArrayBuffer): Request {
  return new Request(url, { method, headers, body });
}
