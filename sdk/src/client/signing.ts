import {
  FINGERPRINT_CHARACTERS,
  unitTokenMessage,
  writeUnitToken,
} from "../../../src/model/unit/unit-token.ts";
import { toBase64Url } from "../util/base64-url.ts";
import { Failure } from "../util/failure.ts";

const encoder = new TextEncoder();

const hexadecimal = (bytes: ArrayBuffer) =>
  Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");

async function sha256(text: string): Promise<string> {
  return hexadecimal(await crypto.subtle.digest("SHA-256", encoder.encode(text)));
}

/** What is derived from the secret of a key: both sides can, and nobody else. */
export interface SigningKey {
  /** SHA-256 of the secret in hexadecimal, which is what the server keeps of it. */
  hash: string;
  /** By which the server finds the key. */
  fingerprint: string;
}

/** @throws TypeError where there is no WebCrypto, as on pages without HTTPS */
export async function deriveSigningKey(secret: string): Promise<SigningKey> {
  const hash = await sha256(secret);
  return { hash, fingerprint: (await sha256(hash)).slice(0, FINGERPRINT_CHARACTERS) };
}

/**
 * A token that vouches for a unit, until it expires.
 * @param expiry a date, or milliseconds since the epoch
 * @throws Failure `invalid_expiry` or `not_a_server_key`
 */
export async function signUnit(secret: string, unit: string, expiry: Date | number): Promise<string> {
  if (secret.startsWith("bk_client_")) {
    throw new Failure("not_a_server_key", "only a key of scope 'server' vouches for units");
  }
  const seconds = Math.floor(Number(expiry) / 1_000);
  if (!Number.isSafeInteger(seconds) || seconds <= 0) {
    throw new Failure("invalid_expiry", "the expiry is a date, or milliseconds since the epoch");
  }
  const { hash, fingerprint } = await deriveSigningKey(secret);
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", encoder.encode(hash), algorithm, false, ["sign"]);
  const message = encoder.encode(unitTokenMessage(unit, seconds));
  const mac = toBase64Url(new Uint8Array(await crypto.subtle.sign("HMAC", key, message)));
  return writeUnitToken({ fingerprint, expiry: seconds, mac });
}
