import { HANDLE_PURPOSE, isHandle, NO_RUN, writeHandleText } from "../../src/model/handle.ts";
import { toBase64Url } from "./base64-url.ts";
import { fingerprintOf } from "./fingerprint-set.ts";
import { deriveSigningKey } from "./signing.ts";
import type { Metrics } from "./types.ts";

/** What a handle names. */
export interface RunIdentity {
  id: string;
  experiment: string;
  unit: string;
  variant: string;
  period: number;
}

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
    const parts = [run.id, run.experiment, run.unit, run.variant, run.period];
    const iv = crypto.getRandomValues(new Uint8Array(INITIALIZATION_VECTOR_BYTES));
    const algorithm = { name: "AES-GCM", iv };
    const sealed = await crypto.subtle.encrypt(algorithm, key, encoder.encode(JSON.stringify(parts)));
    return writeHandleText(fingerprint, toBase64Url(new Uint8Array([...iv, ...new Uint8Array(sealed)])));
  };
}

/** @returns false for a run outside any experiment @throws when it is no handle */
export function namesRun(handle: string): boolean {
  if (handle === NO_RUN) return false;
  if (!isHandle(handle)) throw new TypeError("not a handle");
  return true;
}

/** The same metrics of the same run, said twice, count once. */
export function feedbackIdentifier(handle: string, metrics: Metrics): string {
  const { first, second } = fingerprintOf(`${handle}\n${Object.keys(metrics).sort().join()}`);
  return [first, second].map((hash) => (hash >>> 0).toString(36)).join("-");
}
