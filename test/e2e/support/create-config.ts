import type { ApiClient } from "#contract/client.ts";
import { postConfig, postConfigVersion } from "#contract/configs.ts";
import type { ConfigValue } from "#model/config/ai-config.ts";

/** An AI config with one version per value; the first is live. */
export async function createVersions(
  admin: ApiClient,
  key: string,
  [first = {}, ...others]: readonly ConfigValue[],
): Promise<void> {
  await admin.call(postConfig, { body: { key, value: first } });
  for (const value of others) await admin.call(postConfigVersion, { params: { key }, body: { value } });
}

/** An AI config whose versions are `model-1`, `model-2`, … and have a prompt each; the first is live. */
export function createConfig(admin: ApiClient, key: string, versions: number): Promise<void> {
  const values = Array.from({ length: versions }, (_, index) => ({
    model: `model-${index + 1}`,
    system_prompt: `Answer in style ${index + 1}.`,
  }));
  return createVersions(admin, key, values);
}
