import { type AccessSettings, readAccessSettings } from "#config";
import type { Session } from "#contract/session.ts";
import { err, ok, type Result } from "#shared/result.ts";
import { refuseCrossOrigin } from "./access-origin.ts";
import { verifyAccessToken } from "./access-token.ts";

/** Cloudflare sets it on every request that has passed Access; anybody else may set it too, so it is always verified. */
const TOKEN_HEADER = "cf-access-jwt-assertion";

function roleOf(email: string, groups: string[], { admins, readers }: AccessSettings) {
  const address = email.toLowerCase();
  const names = [address, address.slice(address.lastIndexOf("@")), ...groups.map((name) => `group:${name}`)];
  if (names.some((name) => admins.includes(name))) return "admin";
  return names.some((name) => readers.includes(name)) ? "read" : undefined;
}

/**
 * Finds out who is asking from the token that Cloudflare Access attaches.
 * @returns undefined when there is no token, or Access plays no part in this installation
 */
export async function signInThroughAccess(
  request: Request,
  environment: object,
  now: number,
): Promise<Result<Session> | undefined> {
  const token = request.headers.get(TOKEN_HEADER);
  const settings = token === null ? undefined : readAccessSettings(environment);
  if (token === null || settings === undefined) return undefined;
  if (!settings.ok) return settings;
  const identity = await verifyAccessToken(token, settings.value, now);
  if (!identity.ok) return identity;
  const { email, groups } = identity.value;
  if (email === undefined) {
    return err("access_not_granted", "Service tokens have no role here. Programs send an API key.");
  }
  const scope = roleOf(email, groups, settings.value);
  if (scope === undefined) {
    return err(
      "access_not_granted",
      `'${email}' has no role here. ACCESS_READERS and ACCESS_ADMINS say who has one.`,
    );
  }
  return refuseCrossOrigin(request) ?? ok({ actor: `access:${email}`, scope, source: "access", email });
}
