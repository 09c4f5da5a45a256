import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { type JsonObject, jsonObject } from "../../src/model/json.ts";
import { inRepository } from "./repository.ts";

const ANSWERS = inRepository(".build/wrangler");

const manifest = z.object({ version: z.string() });

/**
 * Wrangler reads its log level when it is loaded; that secrets come by another way is not worth its warning. Commands
 * started later must not inherit the level: without a word, wrangler prints no results either.
 */
async function loadWrangler(): Promise<typeof import("wrangler")> {
  if (process.env.WRANGLER_LOG !== undefined) return await import("wrangler");
  process.env.WRANGLER_LOG = "error";
  try {
    return await import("wrangler");
  } finally {
    delete process.env.WRANGLER_LOG;
  }
}

async function nameOfAnswer(question: string, text: string): Promise<string> {
  const { version } = manifest.parse(
    JSON.parse(await readFile(inRepository("node_modules/wrangler/package.json"), "utf8")),
  );
  const parts = [version, inRepository("."), question, text];
  return `${createHash("sha256").update(JSON.stringify(parts)).digest("hex")}.json`;
}

/**
 * Asks wrangler about a file, once for as long as the file, wrangler and the place of this folder stay the same: loading
 * its 20 MB of source is most of the work of a start.
 */
async function askOnce<Answer>(
  file: string,
  schema: z.ZodType<Answer>,
  ask: (wrangler: typeof import("wrangler"), text: string) => unknown,
): Promise<Answer> {
  const text = await readFile(inRepository(file), "utf8");
  const path = join(ANSWERS, await nameOfAnswer(file, text));
  const remembered = await readFile(path, "utf8").catch(() => undefined);
  if (remembered !== undefined) return schema.parse(JSON.parse(remembered));
  const answer = JSON.stringify(ask(await loadWrangler(), text));
  await mkdir(ANSWERS, { recursive: true });
  // Servers that start side by side never see half an answer.
  const scratch = `${path}.${process.pid}`;
  await writeFile(scratch, answer);
  await rename(scratch, path);
  return schema.parse(JSON.parse(answer));
}

const readConfig = (file: string): Promise<JsonObject> =>
  askOnce(file, jsonObject, (wrangler) => {
    return wrangler.unstable_getMiniflareWorkerOptions(inRepository(file)).workerOptions;
  });

/** What `wrangler.toml` says about the Worker: bindings, database, Durable Object. */
export const readWorkerConfig = () => readConfig("wrangler.toml");

/** What `dashboard/wrangler.toml` says about the Pages project. */
export const readPagesConfig = () => readConfig("dashboard/wrangler.toml");

/** The statements of a file of SQL. */
export const readStatements = (file: string): Promise<string[]> =>
  askOnce(file, z.array(z.string()), (wrangler, text) => wrangler.unstable_splitSqlQuery(text));
