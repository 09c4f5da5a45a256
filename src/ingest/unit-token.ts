import { createHmac, timingSafeEqual } from "node:crypto";
import { MAXIMUM_TOKEN_LIFETIME_SECONDS, readUnitToken, unitTokenMessage } from "#model/unit/unit-token.ts";
import type { EdgeRuleset } from "#ruleset/edge-ruleset.ts";
import { failure, ok, type Result } from "#shared/result.ts";
import { mayVouch, type Placed } from "./key-bounds.ts";

/** The API keys by the fingerprint that tokens and handles name them by. */
export type SigningKeys = Pick<EdgeRuleset, "keysByFingerprint">;

/** Why a token does not vouch for a unit. */
export type TokenError = "malformed" | "unknown_key" | "expired" | "not_of_this_unit";

/**
 * Checks a token that an app's server has made for a unit. The key of the MAC is the hash of the server key's secret, which
 * the ruleset holds, so that nothing has to be looked up.
 * @param experiment what the unit's evidence is about: a key that is bound to other AI configs does not vouch for it
 * @param now epoch milliseconds
 * @returns the id of the key that vouches for the unit, or why none does
 */
export function checkUnitToken(
  token: string,
  unit: string,
  experiment: Placed,
  { keysByFingerprint }: SigningKeys,
  now: number,
): Result<string, TokenError> {
  const parts = readUnitToken(token);
  if (!parts) return failure("malformed");
  const key = keysByFingerprint.get(parts.fingerprint);
  if (!key || !mayVouch(key, experiment, now)) return failure("unknown_key");
  const seconds = now / 1_000;
  if (parts.expiry <= seconds) return failure("expired");
  if (parts.expiry > seconds + MAXIMUM_TOKEN_LIFETIME_SECONDS) return failure("malformed");
  const expected = createHmac("sha256", key.hash).update(unitTokenMessage(unit, parts.expiry)).digest();
  const mac = Buffer.from(parts.mac, "base64url");
  const isGenuine = mac.length === expected.length && timingSafeEqual(mac, expected);
  return isGenuine ? ok(key.id) : failure("not_of_this_unit");
}
