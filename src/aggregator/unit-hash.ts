import { keyedHash } from "./keyed-hash.ts";

let prepared: { unitKey: string; hash: (unit: string) => string } | undefined;

/**
 * The only form in which a unit is ever stored: 128 bits of HMAC-SHA-256 under the installation's secret, so that neither the
 * database nor its exports reveal who took part, and no two units of an installation ever meet.
 * @returns 22 characters of base64url
 */
export function hashUnit(unitKey: string, unit: string): string {
  if (prepared?.unitKey !== unitKey) prepared = { unitKey, hash: keyedHash(unitKey) };
  return prepared.hash(unit);
}
