import { createHash } from "node:crypto";
import { type OpenedHandle, openHandle } from "#ingest/open-handle.ts";
import type { KeyScope } from "#model/key/api-key.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** What the Worker reads in a handle that was made with this secret. */
export function opened(handle: string, secret: string, scope: KeyScope = "server"): OpenedHandle | undefined {
  const hash = sha256(secret);
  const key = {
    id: "key",
    scope,
    hash,
    configs: null,
    origins: null,
    expiresAt: null,
    quarantinedFrom: null,
  };
  return openHandle(handle, { keysByFingerprint: new Map([[sha256(hash).slice(0, 16), key]]) });
}
