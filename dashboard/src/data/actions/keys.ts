import { apiKey, createdApiKey, type KeyScope } from "../../../../src/model/api-key.ts";
import { keyList } from "../../../../src/model/listing.ts";
import { apiPath } from "../api-path.ts";
import { sendToApi } from "../fetch-from-api.ts";
import { useAction } from "../use-action.ts";

const KEYS = ["keys"] as const;

/** Creates a key. Its answer is the only place where the secret ever appears: it is not cached. */
export function useCreateKey() {
  return useAction({
    run: (input: { name: string; scope: KeyScope }) =>
      sendToApi("POST", apiPath(["keys"]), createdApiKey, input),
    renew: () => [KEYS, ["audit"]],
  });
}

/** Marks a key as revoked in the cached list, before the API has confirmed it. */
function withRevoked(before: unknown, id: string): unknown {
  const known = keyList.safeParse(before);
  if (!known.success) return before;
  const keys = known.data.keys.map((key) => (key.id === id ? { ...key, revokedAt: Date.now() } : key));
  return { keys };
}

/** Revokes a key for good. */
export function useRevokeKey() {
  return useAction({
    run: ({ id }: { id: string }) => sendToApi("DELETE", apiPath(["keys", id]), apiKey),
    expect: ({ id }) => [{ queryKey: KEYS, change: (before) => withRevoked(before, id) }],
    renew: () => [KEYS, ["audit"]],
    done: ({ name }) => `${name} is revoked. Every edge refuses it within 5 seconds.`,
    failed: "The key still works.",
  });
}
