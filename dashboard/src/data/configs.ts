import { queryOptions } from "@tanstack/solid-query";
import type { z } from "zod";
import {
  deleteConfig,
  getConfig,
  getConfigs,
  getConfigVersion,
  getConfigVersions,
  patchConfig,
  postConfig,
  postConfigVersion,
  putLiveVersion,
} from "#contract/configs.ts";
import { postRelease, type ReleaseInput, releaseInputSchema } from "#contract/releases.ts";
import type { AiConfigVersion } from "#model/config/ai-config.ts";
import {
  type AiConfig,
  type aiConfigInputSchema,
  aiConfigSchema,
  type ConfigValue,
} from "#model/config/ai-config.ts";
import { api } from "./api.ts";
import { STEADY_POLL_MILLISECONDS } from "./polling.ts";
import { useAction } from "./use-action.ts";

const listQuery = (archived: "true" | "false") =>
  queryOptions({
    // No AI config has such a key, so that the list has a place of its own beside them.
    queryKey: ["configs", { archived }],
    queryFn: ({ signal }) => api.call(getConfigs, { query: { archived }, signal }),
    refetchInterval: STEADY_POLL_MILLISECONDS,
  });

/** A key is undefined while it is not known which AI config to ask for. */
export const configQueries = {
  /** Those that are not archived: what can be chosen. */
  list: () => listQuery("false"),
  /** Those that are archived too. */
  all: () => listQuery("true"),
  detail: (key: string | undefined) =>
    queryOptions({
      queryKey: ["configs", key],
      queryFn: ({ signal }) => api.call(getConfig, { params: { key: key ?? "" }, signal }),
      enabled: key !== undefined,
      refetchInterval: STEADY_POLL_MILLISECONDS,
    }),
  /** Every version with its value, newest first. */
  versions: (key: string | undefined) =>
    queryOptions({
      queryKey: ["configs", key, "versions"],
      queryFn: ({ signal }) => fetchVersions(key ?? "", signal),
      enabled: key !== undefined,
      refetchInterval: STEADY_POLL_MILLISECONDS,
    }),
  /** One version. It never changes, so it is read once. @param version undefined while it is not known which */
  version: (key: string, version: number | undefined) =>
    queryOptions({
      queryKey: ["config-version", key, version],
      queryFn: ({ signal }) => api.call(getConfigVersion, { params: { key, version: version ?? 0 }, signal }),
      enabled: version !== undefined,
      staleTime: Number.POSITIVE_INFINITY,
    }),
};

/** All versions of an AI config, page by page. */
async function fetchVersions(key: string, signal: AbortSignal) {
  const versions: AiConfigVersion[] = [];
  for (let before: number | undefined; ; ) {
    const page = await api.call(getConfigVersions, { params: { key }, query: { before }, signal });
    versions.push(...page.versions);
    before = page.versions.at(-1)?.version;
    // Versions are numbered from 1 on without a gap.
    if (before === undefined || before === 1) return { versions };
  }
}

/** Creates an AI config; its first version is live at once. Refusals belong to the form. */
export function useCreateConfig() {
  return useAction({
    run: (input: z.input<typeof aiConfigInputSchema>) => api.call(postConfig, { body: input }),
    invalidates: () => [["configs"], ["audit"]],
    done: ({ name }) => `${name} created. Version 1 is live.`,
  });
}

/** Adds a version that nobody gets until it is made live or an experiment assigns it. */
export function createVersion(key: string, value: ConfigValue, note: string) {
  return api.call(postConfigVersion, { params: { key }, body: { value, note } });
}

/** Adds a version, which nobody gets yet. Refusals belong to the form. */
export function useAddVersion(key: () => string) {
  return useAction({
    run: ({ value, note }: { value: ConfigValue; note: string }) => createVersion(key(), value, note),
    invalidates: () => [["configs", key()], ["audit"]],
    done: ({ version }) => `Version ${version} saved. It is not live yet.`,
  });
}

/** Shows a change of an AI config before it is confirmed. */
const expectChanges = (key: string, changes: Partial<AiConfig>) => [
  {
    queryKey: configQueries.detail(key).queryKey,
    change: (before: unknown) => {
      const config = aiConfigSchema.safeParse(before);
      return config.success ? { ...config.data, ...changes } : before;
    },
  },
];

/** Changes an AI config's name and description. Refusals belong to the form. */
export function useUpdateConfig(key: () => string) {
  return useAction({
    run: (input: { name: string; description: string }) =>
      api.call(patchConfig, { params: { key: key() }, body: input }),
    optimistic: (input) => expectChanges(key(), input),
    invalidates: () => [["configs"], ["audit"]],
    done: () => "Name and description saved.",
  });
}

/** Puts an AI config away from the lists, or brings it back. */
export function useArchiveConfig(key: () => string) {
  return useAction({
    run: (archived: boolean) => api.call(patchConfig, { params: { key: key() }, body: { archived } }),
    invalidates: () => [["configs"], ["audit"]],
    done: ({ name, archivedAt }) => `${name} ${archivedAt === null ? "brought back" : "archived"}`,
    failed: "Not changed",
  });
}

/** Deletes an AI config that nothing has ever used. */
export function useDeleteConfig() {
  return useAction({
    /** @param input.leave goes to another page: nothing is left to show on its own */
    run: async ({ key, leave }: { key: string; leave: () => void }) => {
      const deleted = await api.call(deleteConfig, { params: { key } });
      leave();
      return deleted;
    },
    // Its own page must not ask for it once more.
    invalidates: () => [configQueries.list().queryKey, configQueries.all().queryKey, ["audit"]],
    done: ({ name }) => `${name} deleted`,
    failed: "Not deleted",
  });
}

/** Gives another version to all traffic by stages, watched by metrics. Answers the first stage. */
export function useStartRelease(key: () => string) {
  return useAction({
    run: (input: Pick<ReleaseInput, "version" | "metrics" | "reason">) =>
      api.call(postRelease, {
        params: { key: key() },
        body: releaseInputSchema.parse(input),
      }),
    invalidates: () => [["configs"], ["experiments"], ["audit"], ["overview"]],
    done: ({ spec }) => `Release started: ${spec.name}`,
  });
}

/** Gives all traffic that is in no experiment another version, within seconds. */
export function useMakeLive(key: () => string) {
  return useAction({
    run: (input: { version: number; reason: string }) =>
      api.call(putLiveVersion, { params: { key: key() }, body: input }),
    optimistic: ({ version }) => expectChanges(key(), { liveVersion: version }),
    invalidates: () => [["configs"], ["audit"]],
    done: ({ liveVersion }) => `Version ${liveVersion} is live. It reaches all traffic within 5 seconds.`,
    failed: "The live version is unchanged.",
  });
}
