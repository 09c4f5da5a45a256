import type { RulesetKey } from "#model/config/ruleset.ts";
import type { EdgeRuleset } from "#ruleset/edge-ruleset.ts";

/** The secret in a header `Authorization: Bearer …`. */
export function bearerOf(header: string): string | undefined {
  return /^Bearer\s+(\S+)$/i.exec(header)?.[1];
}

/** More headers than an isolate ever sees of servers. */
const MAXIMUM_HEADERS = 1_000;

/** By the keys as they are at the moment: forgotten as soon as any of them changes. */
const headersOf = new WeakMap<EdgeRuleset["keys"], Map<string, RulesetKey>>();

/** Whether nothing has to be asked about a request by this key but whether it has expired. */
function isPlain({ scope, configs, origins, quarantinedFrom }: RulesetKey): boolean {
  return scope === "server" && configs === null && origins === null && quarantinedFrom === null;
}

/**
 * Remembers that a header `Authorization` has been found to hold the secret of a key, so that the next request need not hash
 * it. Keys that are bound to something are checked every time.
 */
export function rememberHeader(keys: EdgeRuleset["keys"], header: string | null, key: RulesetKey): void {
  // Another header may have brought the key: then this one says nothing of it.
  if (header === null || !isPlain(key) || bearerOf(header) === undefined) return;
  let headers = headersOf.get(keys);
  if (!headers || headers.size >= MAXIMUM_HEADERS) {
    headers = new Map();
    headersOf.set(keys, headers);
  }
  headers.set(header, key);
}

/** The server key that a header was found to hold. @param now epoch milliseconds */
export function keyOfHeader(keys: EdgeRuleset["keys"], header: string, now: number): RulesetKey | undefined {
  const key = headersOf.get(keys)?.get(header);
  return key && (key.expiresAt === null || now < key.expiresAt) ? key : undefined;
}
