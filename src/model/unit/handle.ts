/* Without a schema library: the client makes handles with the same texts. */

/** The handle of a run outside any experiment. */
export const NO_RUN = "b2.none";

/** More than any handle has: that of a unit of 256 characters, each of them escaped. */
export const MAXIMUM_HANDLE_CHARACTERS = 4_096;

/**
 * What stands before the hash of a key's secret in the text whose SHA-256 is the key that handles are encrypted with, by
 * AES-256 in GCM.
 */
export const HANDLE_PURPOSE = "bakeoff handle\n";

const FORM = /^b2\.([0-9a-f]{16})\.([A-Za-z0-9_-]{40,})$/;

/** The parts of a handle. */
export interface HandleParts {
  /** Names the key, as in the token of a unit. */
  fingerprint: string;
  /** Initialization vector (12 bytes), ciphertext and tag (16 bytes), in base64url. */
  sealed: string;
}

export function writeHandleText(fingerprint: string, sealed: string): string {
  return `b2.${fingerprint}.${sealed}`;
}

/** @returns undefined for what is no handle of a run */
export function readHandleText(handle: string): HandleParts | undefined {
  const [, fingerprint = "", sealed = ""] = FORM.exec(handle) ?? [];
  return sealed === "" || handle.length > MAXIMUM_HANDLE_CHARACTERS ? undefined : { fingerprint, sealed };
}

export function isHandle(handle: string): boolean {
  return readHandleText(handle) !== undefined;
}
