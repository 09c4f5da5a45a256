import { MAXIMUM_SECRET_LENGTH } from "#config";
import type { Session } from "#contract/session.ts";
import type { RulesetKey } from "#model/config/ruleset.ts";
import type { KeyScope } from "#model/key/api-key.ts";
import type { EdgeRuleset } from "#ruleset/edge-ruleset.ts";
import { err, ok, type Result } from "#shared/result.ts";
import { sha256 } from "#shared/sha-256.ts";
import { signInThroughAccess } from "./access.ts";
import { bearerOf } from "./quick-keys.ts";

type MaybePromise<Value> = Value | Promise<Value>;

/** The API keys that the installation has made. Asked for only by who sends one: everybody else needs no database here. */
export type KeySource = () => MaybePromise<Result<Pick<EdgeRuleset, "keys">>>;

/** The scopes that include what a route asks for. */
const SUFFICIENT: Record<KeyScope, readonly KeyScope[]> = {
  client: ["client", "server", "admin"],
  server: ["server", "admin"],
  read: ["read", "admin"],
  admin: ["admin"],
};

/** Who is asking, with the API key that they asked by, if it is one that the installation has made. */
export interface Caller {
  session: Session;
  key: RulesetKey | undefined;
}

const toCaller = (id: string, scope: KeyScope, key?: RulesetKey): Caller => ({
  session: { actor: `key:${id}`, scope, source: "key", email: null },
  key,
});

/** Hashing the same few secrets over and over is most of the work of a check; an isolate remembers this many. */
const REMEMBERED_SECRETS = 1_000;
const rememberedHashes = new Map<string, string>();

/** The form in which secrets are stored. */
export function hashSecret(secret: string): Promise<string> {
  return sha256(secret);
}

async function rememberedHash(secret: string): Promise<string> {
  const rememberedHash = rememberedHashes.get(secret);
  if (rememberedHash !== undefined) return rememberedHash;
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

/** Reads the secret from `Authorization: Bearer …`, or else from `X-API-Key: …`. An empty one is none. */
function secretOf(request: Request): string | undefined {
  const bearer = bearerOf(request.headers.get("authorization") ?? "");
  return bearer ?? (request.headers.get("x-api-key") || undefined);
}

function findBoundError({ origins, expiresAt }: RulesetKey, request: Request, now: number) {
  if (expiresAt !== null && now >= expiresAt) return err("unknown_key", "The API key has expired.");
  if (origins !== null && !origins.includes(request.headers.get("origin") ?? "")) {
    return err("origin_not_allowed", "The API key is bound to pages of other origins.");
  }
  return undefined;
}

async function identifyKey(
  secret: string,
  request: Request,
  keySource: KeySource,
  adminKey: string,
  now: number,
): Promise<Result<Caller>> {
  const hash = secret.length > MAXIMUM_SECRET_LENGTH ? undefined : await rememberedHash(secret);
  if (hash === undefined) return err("unknown_key", "The API key is longer than any key is.");
  // The installation's first admin key.
  if (areEqual(hash, await rememberedHash(adminKey))) return ok(toCaller("admin", "admin"));
  const known = await keySource();
  if (!known.ok) return known;
  const key = known.value.keys.get(hash);
  if (!key) return err("unknown_key", "The API key is not known, or it has been revoked.");
  return findBoundError(key, request, now) ?? ok(toCaller(key.id, key.scope, key));
}

/**
 * Finds out who is asking by the key in the address. Addresses end up in logs and histories, so nothing but a client key,
 * which is no secret, is taken from there.
 */
export async function authorizeByAddress(
  secret: string,
  request: Request,
  keySource: KeySource,
  environment: Env,
  now: number,
): Promise<Result<Caller>> {
  const caller = await identifyKey(secret, request, keySource, environment.BAKEOFF_ADMIN_KEY, now);
  if (!caller.ok || caller.value.session.scope === "client") return caller;
  return err("scope_not_allowed", `Only a key of scope 'client' may stand in an address; revoke this one.`);
}

async function signedIn(
  request: Request,
  environment: Env,
  now: number,
): Promise<Result<Caller> | undefined> {
  const session = await signInThroughAccess(request, environment, now);
  return session?.ok ? ok({ session: session.value, key: undefined }) : session;
}

/**
 * Finds out who is asking, by key or, without one, through Cloudflare Access, and checks that they may do what a route
 * does. Secrets are compared by their hashes only. A request with a key may come from any site: no browser adds one by
 * itself, so whoever sends it means it.
 */
export async function authorize(
  request: Request,
  needed: KeyScope,
  keySource: KeySource,
  environment: Env,
  now: number,
): Promise<Result<Caller>> {
  const secret = secretOf(request);
  const caller =
    secret === undefined
      ? await signedIn(request, environment, now)
      : await identifyKey(secret, request, keySource, environment.BAKEOFF_ADMIN_KEY, now);
  if (!caller) return err("missing_key", "Send an API key as 'Authorization: Bearer bk_…'.");
  if (!caller.ok) return caller;
  const { scope } = caller.value.session;
  if (SUFFICIENT[needed].includes(scope)) return caller;
  return err("scope_not_allowed", `This needs the scope '${needed}'; yours is '${scope}'.`);
}
