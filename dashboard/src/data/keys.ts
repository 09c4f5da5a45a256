import { queryOptions, useQuery } from "@tanstack/solid-query";
import { deleteKey, getKeys, postKey, postQuarantine } from "#contract/keys.ts";
import { keyListSchema } from "#contract/lists.ts";
import type { ApiKey, ApiKeyInput } from "#model/key/api-key.ts";
import { plural } from "#reporter/numbers.ts";
import { api } from "./api.ts";
import { SLOW_POLL_MILLISECONDS } from "./polling.ts";
import { useCanEdit } from "./session.ts";
import { useAction } from "./use-action.ts";

const keyQueries = {
  list: () =>
    queryOptions({
      queryKey: ["keys"],
      queryFn: ({ signal }) => api.call(getKeys, { signal }),
      refetchInterval: SLOW_POLL_MILLISECONDS,
    }),
};

/** All keys without their secrets; only admins may read them, so nobody else asks. */
export function useKeys() {
  const canEdit = useCanEdit();
  return useQuery(() => ({ ...keyQueries.list(), enabled: canEdit() }));
}

/** Creates a key. Its answer is the only place where the secret ever appears: it is not cached. */
export function useCreateKey() {
  return useAction({
    run: (input: ApiKeyInput) => api.call(postKey, { body: input }),
    invalidates: () => [["keys"], ["audit"]],
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
    run: ({ id }: { id: string }) => api.call(deleteKey, { params: { id } }),
    optimistic: ({ id }) => [
      { queryKey: keyQueries.list().queryKey, change: (before) => withRevoked(before, id) },
    ],
    invalidates: () => [["keys"], ["audit"]],
    done: ({ name }) => `${name} revoked. It stops working everywhere within 5 seconds.`,
    failed: "The key still works.",
  });
}

/** Leaves out what came by a key, everywhere. Its answer comes once every total has been rebuilt. */
export function useQuarantineKey() {
  return useAction({
    run: ({ apiKey: { id }, ...input }: { apiKey: ApiKey; from: number; reason: string }) =>
      api.call(postQuarantine, { params: { id }, body: input }),
    invalidates: () => [["keys"], ["audit"], ["experiments"]],
    done: ({ key, experiments }) =>
      `${key.name} quarantined. ${plural(String(experiments.length), "experiment")} recomputed.`,
  });
}
