import { useQuery } from "@tanstack/solid-query";
import type { Accessor } from "solid-js";
import { configListSchema, configVersionListSchema } from "#contract/lists.ts";
import { aiConfigSchema, aiConfigVersionSchema } from "#model/config/ai-config.ts";
import { apiPath } from "../api-path.ts";
import { fetchFromApi } from "../fetch-from-api.ts";
import { STEADY_POLL_MILLISECONDS } from "../polling.ts";

export const configKey = (key: string | undefined) => ["configs", key] as const;

export function useConfigs() {
  return useQuery(() => ({
    queryKey: ["configs"],
    queryFn: ({ signal }) => fetchFromApi(apiPath(["configs"]), configListSchema, signal),
    refetchInterval: STEADY_POLL_MILLISECONDS,
  }));
}

/** @param key undefined while it is not known which AI config to ask for */
export function useConfig(key: Accessor<string | undefined>) {
  return useQuery(() => ({
    queryKey: configKey(key()),
    queryFn: ({ signal }) => fetchFromApi(apiPath(["configs", key() ?? ""]), aiConfigSchema, signal),
    enabled: key() !== undefined,
    refetchInterval: STEADY_POLL_MILLISECONDS,
  }));
}

/** Every version with its value. @param key undefined while it is not known which AI config to ask for */
export function useConfigVersions(key: Accessor<string | undefined>) {
  return useQuery(() => ({
    queryKey: [...configKey(key()), "versions"],
    queryFn: ({ signal }) =>
      fetchFromApi(apiPath(["configs", key() ?? "", "versions"]), configVersionListSchema, signal),
    enabled: key() !== undefined,
    refetchInterval: STEADY_POLL_MILLISECONDS,
  }));
}

/** One version. It never changes, so it is read once. @param version undefined while it is not known which */
export function useConfigVersion(key: Accessor<string>, version: Accessor<number | undefined>) {
  return useQuery(() => ({
    queryKey: ["config-version", key(), version()],
    queryFn: ({ signal }) =>
      fetchFromApi(apiPath(["configs", key(), "versions", String(version())]), aiConfigVersionSchema, signal),
    enabled: version() !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  }));
}
