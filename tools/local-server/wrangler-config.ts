import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { type JsonObject, jsonObjectSchema } from "#shared/json.ts";
import { inRepository } from "./repository.ts";

const ANSWERS = inRepository(".build/wrangler");

const manifestSchema = z.object({ version: z.string() });

type Wrangler = typeof import("wrangler");

let lastQuestion: Promise<unknown> = Promise.resolve();

/**
 * Asks wrangler without its warnings: that secrets come by another way is not worth one. Its log level is a variable that
 * commands started later must not inherit, since without a log they print no results either; so one question at a time.
 */
function askQuietly<Answer>(ask: (wrangler: Wrangler) => Answer): Promise<Answer> {
  const question = lastQuestion.then(async () => {
    const level = process.env.WRANGLER_LOG;
    process.env.WRANGLER_LOG = level ?? "error";
    try {
      return ask(await import("wrangler"));
    } finally {
      if (level === undefined) delete process.env.WRANGLER_LOG;
    }
  });
  lastQuestion = question.catch(() => undefined);
  return question;
}

async function nameOfAnswer(question: string, text: string): Promise<string> {
  const { version } = manifestSchema.parse(
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
  ask: (wrangler: Wrangler, text: string) => unknown,
): Promise<Answer> {
  const text = await readFile(inRepository(file), "utf8");
  const path = join(ANSWERS, await nameOfAnswer(file, text));
  const remembered = await readFile(path, "utf8").catch(() => undefined);
  if (remembered !== undefined) return schema.parse(JSON.parse(remembered));
  const answer = await askQuietly((wrangler) => JSON.stringify(ask(wrangler, text)));
  await mkdir(ANSWERS, { recursive: true });
  // Servers that start side by side never see half an answer.
  const scratch = `${path}.${process.pid}`;
  await writeFile(scratch, answer);
  await rename(scratch, path);
  return schema.parse(JSON.parse(answer));
}

const readConfig = (file: string): Promise<JsonObject> =>
  askOnce(file, jsonObjectSchema, (wrangler) => {
    return wrangler.unstable_getMiniflareWorkerOptions(inRepository(file)).workerOptions;
  });

/** What `wrangler.toml` says about the Worker: bindings, database, Durable Object. */
export const readWorkerConfig = () => readConfig("wrangler.toml");

/** What `dashboard/wrangler.toml` says about the Pages project. */
export const readPagesConfig = () => readConfig("dashboard/wrangler.toml");

/** The statements of a file of SQL. */
export const readStatements = (file: string): Promise<string[]> =>
  askOnce(file, z.array(z.string()), (wrangler, text) => wrangler.unstable_splitSqlQuery(text));
