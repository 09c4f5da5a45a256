import type { ApiClient } from "#demo/run/api-client.ts";
import { aiConfigSchema, aiConfigVersionSchema } from "#model/config/ai-config.ts";
import { experimentSchema } from "#model/experiment/experiment.ts";
import { apiKeySchema, createdApiKeySchema } from "#model/key/api-key.ts";
import type { Story } from "./story.ts";

/** Creates a story's AI config with all its versions and a draft of its experiment. */
export async function setUpStory(admin: ApiClient, story: Story): Promise<void> {
  const { key } = story.config;
  await admin.post("/v1/configs", story.config, aiConfigSchema);
  for (const version of story.versions) {
    await admin.post(`/v1/configs/${key}/versions`, version, aiConfigVersionSchema);
  }
  for (const change of story.live) await admin.put(`/v1/configs/${key}/live`, change, aiConfigSchema);
  await admin.post(
    "/v1/experiments",
    {
      ...story.experiment,
      minimumDurationSeconds: 0,
      analysisIntervalSeconds: 60,
      config: key,
      variants: story.arms.map(({ recorded: _recorded, ...variant }) => variant),
      control: story.arms[0]?.key,
    },
    experimentSchema,
  );
}

export async function startStory(admin: ApiClient, { experiment: { key } }: Story): Promise<void> {
  await admin.post(
    `/v1/experiments/${key}/start`,
    { reason: "Reviewed by the support team" },
    experimentSchema,
  );
}

/** The keys of a small team, one of them revoked. @returns the secret of the app's key */
export async function createKeys(admin: ApiClient): Promise<string> {
  const create = (name: string, scope: string) =>
    admin.post("/v1/keys", { name, scope }, createdApiKeySchema);
  const { secret } = await create("Support app, production", "server");
  await create("Help widget", "client");
  await create("Weekly report", "read");
  await create("Deployment", "admin");
  const old = await create("Support app, old cluster", "server");
  await admin.delete(`/v1/keys/${old.id}`, apiKeySchema);
  return secret;
}
