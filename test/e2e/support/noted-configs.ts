import type { ApiClient } from "#contract/client.ts";
import { postConfig, postConfigVersion } from "#contract/configs.ts";
import type { ConfigValue } from "#model/config/ai-config.ts";
import { createExperiment, startExperiment } from "./experiment-setup.ts";

const first: { value: ConfigValue; note: string } = {
  value: { model: "small-model", system_prompt: "Answer in detail.", parameters: { temperature: 0.7 } },
  note: "As it was.",
};
const others: readonly { value: ConfigValue; note: string }[] = [
  {
    value: {
      model: "small-model",
      system_prompt: "Answer in two sentences.",
      parameters: { temperature: 0.2 },
    },
    note: "Shorter.",
  },
  { value: { model: "large-model", system_prompt: "Answer in bullets." }, note: "Another model." },
];

/** An AI config with a name and three versions, each with a note; the first is live. */
export async function createNoted(admin: ApiClient, key: string, name: string): Promise<void> {
  await admin.call(postConfig, { body: { key, name, ...first } });
  for (const version of others) await admin.call(postConfigVersion, { params: { key }, body: version });
}

/** An experiment between the first two versions, running. */
export async function startOn(admin: ApiClient, config: string, key: string): Promise<void> {
  await createExperiment(admin, {
    key,
    name: `Experiment ${key}`,
    kind: "system_prompt",
    config,
    variants: ["v1", "v2"],
    metrics: [{ metric: "task_success", role: "primary" }],
  });
  await startExperiment(admin, key);
}
