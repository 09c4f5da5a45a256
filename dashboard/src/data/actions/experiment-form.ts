import { aiConfigSchema, aiConfigVersionSchema, type ConfigValue } from "#model/config/ai-config.ts";
import { type Experiment, experimentSchema } from "#model/experiment/experiment.ts";
import { ApiError } from "../api-error.ts";
import { apiPath } from "../api-path.ts";
import { sendToApi } from "../fetch-from-api.ts";
import { configKey } from "../queries/configs.ts";
import { experimentKey } from "../queries/experiments.ts";
import { useAction } from "../use-action.ts";

/** Creates an AI config whose first version is live at once. The form shows a refusal itself. */
export function useCreateConfig() {
  return useAction({
    run: (input: { key: string; name: string | undefined; value: ConfigValue }) =>
      sendToApi("POST", apiPath(["configs"]), aiConfigSchema, input),
    invalidates: () => [["configs"]],
    done: (created) => `AI config ‘${created.key}’ created`,
  });
}

/** Adds a version that nobody gets until an experiment hands it out. */
export function createVersion(config: string, value: ConfigValue, note: string) {
  return sendToApi("POST", apiPath(["configs", config, "versions"]), aiConfigVersionSchema, { value, note });
}

/** Creates a draft, or replaces the one that was opened, unless somebody has changed it since. */
export async function saveExperiment(
  raw: Record<string, unknown>,
  opened: Experiment | undefined,
): Promise<Experiment> {
  if (opened === undefined) return sendToApi("POST", apiPath(["experiments"]), experimentSchema, raw);
  const { spec, revision } = opened;
  try {
    return await sendToApi("PATCH", apiPath(["experiments", spec.key]), experimentSchema, {
      ...raw,
      revision,
    });
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== "revision_conflict") throw error;
    const meaning =
      "Someone else changed this draft after you opened it. Copy what you need, then reload the page to continue from the current draft.";
    throw new ApiError(error.status, error.code, meaning);
  }
}

export function startExperiment({ spec, revision }: Experiment, reason: string): Promise<Experiment> {
  return sendToApi("POST", apiPath(["experiments", spec.key, "start"]), experimentSchema, {
    revision,
    reason,
  });
}

/** Changes what may change of an active experiment. */
export function useChangeRunning() {
  return useAction({
    run: ({ key, changes }: { key: string; changes: Record<string, unknown> }) =>
      sendToApi("PATCH", apiPath(["experiments", key]), experimentSchema, changes),
    invalidates: ({ key }) => [experimentKey(key), ["experiments"], ["overview"]],
    done: () => "Experiment changed",
  });
}

/** What to read again after an experiment and perhaps versions were created. */
export function afterSaving(key: string, config: string): readonly (readonly unknown[])[] {
  return [["experiments"], experimentKey(key), configKey(config), ["overview"]];
}
