import { inRepository } from "./repository.ts";

/** Wrangler reads its log level when it is loaded; that secrets come by another way is not worth its warning. */
export async function loadWrangler(): Promise<typeof import("wrangler")> {
  process.env.WRANGLER_LOG ??= "error";
  return await import("wrangler");
}

async function readConfig(file: string) {
  const wrangler = await loadWrangler();
  return wrangler.unstable_getMiniflareWorkerOptions(inRepository(file)).workerOptions;
}

/** What `wrangler.toml` says about the Worker: bindings, database, Durable Object. */
export const readWorkerConfig = () => readConfig("wrangler.toml");

/** What `dashboard/wrangler.toml` says about the Pages project. */
export const readPagesConfig = () => readConfig("dashboard/wrangler.toml");
