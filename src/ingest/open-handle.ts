import { createDecipheriv, createHash } from "node:crypto";
import * as z from "zod";
import type { RulesetKey } from "#model/config/ruleset.ts";
import { HANDLE_PURPOSE, readHandleText } from "#model/unit/handle.ts";
import type { SigningKeys } from "./unit-token.ts";

const INITIALIZATION_VECTOR_BYTES = 12;
const TAG_BYTES = 16;

const contentsSchema = z.tuple([z.string(), z.string(), z.string(), z.string(), z.number()]);

/** The run that a handle names, and the key that it was made with. Its parts are still to be checked. */
export interface OpenedHandle {
  experiment: string;
  unit: string;
  variant: string;
  phase: number;
  key: RulesetKey;
}

/** Reads a handle. @returns undefined when no key of this installation has made it */
export function openHandle(handle: string, { keysByFingerprint }: SigningKeys): OpenedHandle | undefined {
  const parts = readHandleText(handle);
  const key = parts && keysByFingerprint.get(parts.fingerprint);
  if (!parts || !key) return undefined;
  const sealed = Buffer.from(parts.sealed, "base64url");
  const secret = createHash("sha256")
    .update(HANDLE_PURPOSE + key.hash)
    .digest();
  try {
    const decipher = createDecipheriv("aes-256-gcm", secret, sealed.subarray(0, INITIALIZATION_VECTOR_BYTES));
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    const ciphertext = sealed.subarray(INITIALIZATION_VECTOR_BYTES, -TAG_BYTES);
    const text = decipher.update(ciphertext, undefined, "utf8") + decipher.final("utf8");
    const [, experiment, unit, variant, phase] = contentsSchema.parse(JSON.parse(text));
    return { experiment, unit, variant, phase, key };
  } catch {
    return undefined;
  }
}
