/* Without a schema library: the client makes tokens with the same texts. */

/** How far into the future a token may reach, in seconds: a year and a day. */
export const MAXIMUM_TOKEN_LIFETIME_SECONDS = 366 * 86_400;

/** More than any token has: version, fingerprint of the key, expiry and MAC. */
export const MAXIMUM_TOKEN_CHARACTERS = 128;

/** Digits of the fingerprint by which a token or a handle names the key that made it. */
export const FINGERPRINT_CHARACTERS = 16;

const VERSION = "v1";
const FORM = /^v1\.([0-9a-f]{16})\.([1-9]\d{0,11})\.([A-Za-z0-9_-]{43})$/;

/** The parts of a token. */
export interface UnitToken {
  /** The first 16 hexadecimal digits of the SHA-256 of the key's hash. */
  fingerprint: string;
  /** Seconds since the epoch. */
  expiry: number;
  /** HMAC-SHA-256 in base64url, without padding. */
  mac: string;
}

/**
 * What the MAC of a token is computed over: the purpose, the expiry and the unit, a line each. The unit comes last, since it
 * may hold line breaks itself.
 */
export function unitTokenMessage(unit: string, expiry: number): string {
  return `bakeoff unit\n${expiry}\n${unit}`;
}

export function writeUnitToken({ fingerprint, expiry, mac }: UnitToken): string {
  return `${VERSION}.${fingerprint}.${expiry}.${mac}`;
}

/** @returns undefined for what is no token of a known version */
export function readUnitToken(token: string): UnitToken | undefined {
  const [, fingerprint = "", expiry = "", mac = ""] = FORM.exec(token) ?? [];
  return mac === "" ? undefined : { fingerprint, expiry: Number(expiry), mac };
}
