import type { ApiClient } from "#contract/client.ts";
import { postConfig, postConfigVersion, putLiveVersion } from "#contract/configs.ts";
import { postExperiment, postStart } from "#contract/experiments.ts";
import { deleteKey, postKey } from "#contract/keys.ts";
import type { KeyScope } from "#model/key/api-key.ts";
import type { Story } from "./story.ts";

/** Creates a story's AI config with all its versions and a draft of its experiment. */
export async function setUpStory(admin: ApiClient, story: Story): Promise<void> {
  const { key } = story.config;
  await admin.call(postConfig, { body: story.config });
  for (const version of story.versions) {
    await admin.call(postConfigVersion, { params: { key }, body: version });
  }
  for (const change of story.live) await admin.call(putLiveVersion, { params: { key }, body: change });
  await admin.call(postExperiment, {
    body: {
      ...story.experiment,
      minimumDurationSeconds: 0,
      promotion: null,
      properties: ["topic", "language", "plan"],
      analysisIntervalSeconds: 60,
      config: key,
      variants: story.arms.map(({ recorded: _recorded, ...variant }) => variant),
      control: story.arms[0]?.key,
    },
  });
}

export async function startStory(admin: ApiClient, { experiment: { key } }: Story): Promise<void> {
  await admin.call(postStart, { params: { key }, body: { reason: "Reviewed by the support team" } });
}

/** The keys of a small team, one of them revoked. @returns the secret of the app's key */
export async function createKeys(admin: ApiClient): Promise<string> {
  const create = (name: string, scope: KeyScope) => admin.call(postKey, { body: { name, scope } });
  const { secret } = await create("Support app, production", "server");
  await create("Help widget", "client");
  await create("Weekly report", "read");
  await create("Deployment", "admin");
  const old = await create("Support app, old cluster", "server");
  await admin.call(deleteKey, { params: { id: old.id } });
  return secret;
}
