import { createRemoteJWKSet, errors, jwtVerify } from "jose";
import * as z from "zod";
import type { AccessSettings } from "#config";
import { log } from "#shared/log.ts";
import { err, ok, type Result } from "#shared/result.ts";

/** Whoever signs in has just been given a token by a machine whose clock may be ahead of this one's. */
const CLOCK_TOLERANCE_SECONDS = 5;

const KEYS_TIMEOUT_MILLISECONDS = 3_000;

/** What Access vouches for. */
export interface AccessIdentity {
  /** Absent for service tokens, which stand for programs. */
  email?: string | undefined;
  groups: string[];
}

/**
 * Access leaves groups out of the token unless the identity provider's claim or attribute `groups` is configured to be
 * passed on. A claim of another shape names no group, and so grants nothing.
 */
const claimsSchema = z.object({
  email: z.string().min(1).optional(),
  custom: z.object({ groups: z.array(z.string()).catch([]) }).catch({ groups: [] }),
});

type Keys = ReturnType<typeof createRemoteJWKSet>;
let teamKeys: { teamDomain: string; keys: Keys } | undefined;

/** The team's public keys, fetched when they are first needed, when they are old, and when a token names an unknown one. */
function keysOf(teamDomain: string): Keys {
  if (teamKeys?.teamDomain === teamDomain) return teamKeys.keys;
  const address = new URL(`https://${teamDomain}/cdn-cgi/access/certs`);
  const keys = createRemoteJWKSet(address, { timeoutDuration: KEYS_TIMEOUT_MILLISECONDS });
  teamKeys = { teamDomain, keys };
  return keys;
}

const TOKEN_ERRORS = [
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
  errors.JWKSMultipleMatchingKeys,
  errors.JWKSNoMatchingKey,
  errors.JWSInvalid,
  errors.JWSSignatureVerificationFailed,
  errors.JWTClaimValidationFailed,
  errors.JWTExpired,
  errors.JWTInvalid,
];

function toRefusal(cause: unknown) {
  if (!TOKEN_ERRORS.some((errorClass) => cause instanceof errorClass)) {
    log("error", "the keys of Access could not be read", { cause });
    return err("temporarily_unavailable", "Whether you are signed in cannot be checked right now.");
  }
  log("warn", "a token of Access was refused", { cause });
  return cause instanceof errors.JWTExpired
    ? err("invalid_access_token", "You are no longer signed in. Load the page again to sign in.")
    : err("invalid_access_token", "The Cloudflare Access token is not one that counts here.");
}

/** Checks a token of Access: signature, algorithm, issuer, audience and time. */
export async function verifyAccessToken(
  token: string,
  { teamDomain, audiences }: AccessSettings,
  now: number,
): Promise<Result<AccessIdentity>> {
  try {
    const { payload } = await jwtVerify(token, keysOf(teamDomain), {
      algorithms: ["RS256"],
      issuer: `https://${teamDomain}`,
      audience: audiences,
      requiredClaims: ["exp"],
      currentDate: new Date(now),
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
    });
    const parsed = claimsSchema.safeParse(payload);
    if (!parsed.success) return toRefusal(new errors.JWTInvalid(z.prettifyError(parsed.error)));
    return ok({ email: parsed.data.email, groups: parsed.data.custom.groups });
  } catch (cause) {
    return toRefusal(cause);
  }
}
