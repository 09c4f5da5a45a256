import type { ApiClient } from "#contract/client.ts";
import { postKey } from "#contract/keys.ts";
import type { KeyScope } from "#model/key/api-key.ts";
import type { TestServer } from "./server.ts";
import { PATIENCE_MILLISECONDS, untilItWorks } from "./server-patience.ts";

/** The secret of a new key. */
export async function createKey(admin: ApiClient, scope: KeyScope): Promise<string> {
  return (await admin.call(postKey, { body: { name: `a ${scope} key`, scope } })).secret;
}

/** The secret of a new key that may only read, once the edge knows it: before, a page would send its holder away. */
export async function createReaderKey({ admin, api }: TestServer): Promise<string> {
  const secret = await createKey(admin, "read");
  await untilItWorks(async () => {
    const { status } = await fetch(`${api}/v1/session`, { headers: { authorization: `Bearer ${secret}` } });
    if (status !== 200) throw new Error(`the key is answered ${status}`);
  }, PATIENCE_MILLISECONDS);
  return secret;
}
