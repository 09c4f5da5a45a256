import { createHmac } from "node:crypto";

/** Bytes kept of the keyed hash: with 128 bits no two units of an installation ever meet. */
const HASH_BYTES = 16;

/**
 * The only form in which a unit is ever stored: HMAC-SHA-256 under the installation's secret, so that neither the
 * database nor its exports reveal who took part.
 * @returns 22 characters of base64url
 */
export function hashUnit(unitKey: string, unit: string): string {
  return createHmac("sha256", unitKey).update(unit).digest().subarray(0, HASH_BYTES).toString("base64url");
}
