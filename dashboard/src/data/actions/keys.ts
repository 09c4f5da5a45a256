import { keyListSchema } from "#contract/lists.ts";
import { plural } from "#dashboard/format/words.ts";
import {
  type ApiKey,
  type ApiKeyInput,
  apiKeySchema,
  createdApiKeySchema,
  quarantineReplySchema,
} from "#model/key/api-key.ts";
import { apiPath } from "../api-path.ts";
import { sendToApi } from "../fetch-from-api.ts";
import { useAction } from "../use-action.ts";

const KEYS = ["keys"] as const;

/** Creates a key. Its answer is the only place where the secret ever appears: it is not cached. */
export function useCreateKey() {
  return useAction({
    run: (input: ApiKeyInput) => sendToApi("POST", apiPath(["keys"]), createdApiKeySchema, input),
    invalidates: () => [KEYS, ["audit"]],
  });
}

/** Marks a key as revoked in the cached list, before the API has confirmed it. */
function withRevoked(before: unknown, id: string): unknown {
  const list = keyListSchema.safeParse(before);
  if (!list.success) return before;
  const keys = list.data.keys.map((key) => (key.id === id ? { ...key, revokedAt: Date.now() } : key));
  return { keys };
}

/** Revokes a key for good. */
export function useRevokeKey() {
  return useAction({
    run: ({ id }: { id: string }) => sendToApi("DELETE", apiPath(["keys", id]), apiKeySchema),
    optimistic: ({ id }) => [{ queryKey: KEYS, change: (before) => withRevoked(before, id) }],
    invalidates: () => [KEYS, ["audit"]],
    done: ({ name }) => `${name} revoked. It stops working everywhere within 5 seconds.`,
    failed: "The key still works.",
  });
}

/** Leaves out what came by a key, everywhere. Its answer comes once every total has been rebuilt. */
export function useQuarantineKey() {
  return useAction({
    run: ({ apiKey: { id }, ...input }: { apiKey: ApiKey; from: number; reason: string }) =>
      sendToApi("POST", apiPath(["keys", id, "quarantine"]), quarantineReplySchema, input),
    invalidates: () => [KEYS, ["audit"], ["experiments"]],
    done: ({ key, experiments }) =>
      `${key.name} quarantined. ${plural(String(experiments.length), "experiment")} recomputed.`,
  });
}
