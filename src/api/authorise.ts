import type { KeyScope } from "../model/api-key.ts";
import { type Refusal, refuse } from "../model/refusal.ts";
import type { Session } from "../model/session.ts";
import type { EdgeRuleset } from "../ruleset/edge-cache.ts";
import { sha256 } from "./sha-256.ts";

/** The scopes that include what a route asks for. */
const SUFFICIENT: Record<KeyScope, readonly KeyScope[]> = {
  client: ["client", "server", "admin"],
  server: ["server", "admin"],
  read: ["read", "admin"],
  admin: ["admin"],
};

/** The installation's first admin key, as a caller. */
const ADMIN: { id: string; scope: KeyScope } = { id: "admin", scope: "admin" };

/** Secrets longer than this are not worth hashing. */
const MAXIMUM_SECRET_LENGTH = 200;

/** Hashing the same few secrets over and over is most of the work of a check; an isolate remembers this many. */
const REMEMBERED_SECRETS = 1_000;
const rememberedHashes = new Map<string, string>();

/** The form in which secrets are stored. */
export function hashSecret(secret: string): Promise<string> {
  return sha256(secret);
}

async function rememberedHash(secret: string): Promise<string> {
  const known = rememberedHashes.get(secret);
  if (known !== undefined) return known;
  const hash = await hashSecret(secret);
  if (rememberedHashes.size >= REMEMBERED_SECRETS) rememberedHashes.clear();
  rememberedHashes.set(secret, hash);
  return hash;
}

function areEqual(a: string, b: string): boolean {
  const encoder = new TextEncoder();
  const [left, right] = [encoder.encode(a), encoder.encode(b)];
  return left.byteLength === right.byteLength && crypto.subtle.timingSafeEqual(left, right);
}

/** Reads the secret from `Authorization: Bearer …`. */
function secretOf(request: Request): string | undefined {
  const match = /^Bearer\s+(\S+)$/i.exec(request.headers.get("authorization") ?? "");
  return match?.[1];
}

/**
 * Checks a request's key against the scope that a route needs. Secrets are compared by their hashes only.
 * @param adminKey the installation's first admin key
 */
export async function authorise(
  request: Request,
  needed: KeyScope,
  ruleset: EdgeRuleset,
  adminKey: string,
): Promise<{ ok: true; caller: Session } | Refusal> {
  const secret = secretOf(request);
  if (secret === undefined || secret.length > MAXIMUM_SECRET_LENGTH) {
    return refuse("missing_key", "Send an API key as 'Authorization: Bearer bk_…'.");
  }
  const hash = await rememberedHash(secret);
  const key = areEqual(hash, await rememberedHash(adminKey)) ? ADMIN : ruleset.keys.get(hash);
  if (!key) return refuse("unknown_key", "The API key is not known, or it has been revoked.");
  if (!SUFFICIENT[needed].includes(key.scope)) {
    return refuse("scope_not_allowed", `This needs a key of scope '${needed}'; this one has '${key.scope}'.`);
  }
  return {
    ok: true,
    caller: { actor: `key:${key.id}`, scope: key.scope, source: "key", email: null },
  };
}
