import {
  type AiConfig,
  aiConfigSchema,
  aiConfigVersionSchema,
  type ConfigValue,
} from "#model/config/ai-config.ts";
import { apiPath } from "../api-path.ts";
import { sendToApi } from "../fetch-from-api.ts";
import { configKey } from "../queries/configs.ts";
import { useAction } from "../use-action.ts";

interface NewConfig {
  key: string;
  name?: string;
  description: string;
  value: ConfigValue;
  note: string;
}

/** Creates an AI config; its first version is live at once. Refusals belong to the form. */
export function useCreateConfig() {
  return useAction({
    run: (input: NewConfig) => sendToApi("POST", apiPath(["configs"]), aiConfigSchema, input),
    invalidates: () => [["configs"], ["audit"]],
    done: ({ name }) => `${name} created. Version 1 is live.`,
  });
}

/** Adds a version, which nobody gets yet. Refusals belong to the form. */
export function useAddVersion(key: () => string) {
  return useAction({
    run: (input: { value: ConfigValue; note: string }) =>
      sendToApi("POST", apiPath(["configs", key(), "versions"]), aiConfigVersionSchema, input),
    invalidates: () => [configKey(key()), ["audit"]],
    done: ({ version }) => `Version ${version} saved. It is not live yet.`,
  });
}

/** The cached AI config with some fields changed, for showing a change before it is confirmed. */
function changed(before: unknown, changes: Partial<AiConfig>): unknown {
  const config = aiConfigSchema.safeParse(before);
  return config.success ? { ...config.data, ...changes } : before;
}

/** Changes an AI config's name and description. Refusals belong to the form. */
export function useUpdateConfig(key: () => string) {
  return useAction({
    run: (input: { name: string; description: string }) =>
      sendToApi("PATCH", apiPath(["configs", key()]), aiConfigSchema, input),
    optimistic: (input) => [{ queryKey: configKey(key()), change: (before) => changed(before, input) }],
    invalidates: () => [["configs"], ["audit"]],
    done: () => "Name and description saved.",
  });
}

/** Gives all traffic that is in no experiment another version, within seconds. */
export function useMakeLive(key: () => string) {
  return useAction({
    run: (input: { version: number; reason: string }) =>
      sendToApi("PUT", apiPath(["configs", key(), "live"]), aiConfigSchema, input),
    optimistic: ({ version }) => [
      { queryKey: configKey(key()), change: (before) => changed(before, { liveVersion: version }) },
    ],
    invalidates: () => [["configs"], ["audit"]],
    done: ({ liveVersion }) => `Version ${liveVersion} is live. It reaches all traffic within 5 seconds.`,
    failed: "The live version is unchanged.",
  });
}
