import { HANDLE_PURPOSE, NO_RUN, writeHandleText } from "../../../src/model/unit/handle.ts";
import { toBase64Url } from "../util/base64-url.ts";
import type { RunIdentity } from "./handle.ts";
import { deriveSigningKey } from "./signing.ts";

export { signUnit } from "./signing.ts";

const INITIALIZATION_VECTOR_BYTES = 12;

const encoder = new TextEncoder();

async function deriveKey(secret: string) {
  const { hash, fingerprint } = await deriveSigningKey(secret);
  const raw = await crypto.subtle.digest("SHA-256", encoder.encode(HANDLE_PURPOSE + hash));
  const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt"]);
  return { key, fingerprint };
}

/**
 * Writes runs as short texts that may travel: encrypted under the client's key, so that nobody on the way reads the unit, and
 * nobody but who has the key makes one.
 */
export function createHandleWriter(secret: string): (run: RunIdentity | undefined) => Promise<string> {
  let derived: ReturnType<typeof deriveKey> | undefined;
  return async (run) => {
    if (!run) return NO_RUN;
    derived ??= deriveKey(secret);
    const { key, fingerprint } = await derived;
    const parts = [run.id, run.experiment, run.unit, run.variant, run.phase];
    const iv = crypto.getRandomValues(new Uint8Array(INITIALIZATION_VECTOR_BYTES));
    const algorithm = { name: "AES-GCM", iv };
    const sealed = await crypto.subtle.encrypt(algorithm, key, encoder.encode(JSON.stringify(parts)));
    return writeHandleText(fingerprint, toBase64Url(new Uint8Array([...iv, ...new Uint8Array(sealed)])));
  };
}
