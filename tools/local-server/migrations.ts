import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { Miniflare } from "miniflare";
import { z } from "zod";
import { inRepository } from "./repository.ts";
import type { ServerSettings } from "./settings.ts";
import { databaseFolder, describeDatabases } from "./workers.ts";
import { readStatements } from "./wrangler-config.ts";

/** The databases of a machine, while nothing else has them open. */
interface Databases {
  miniflare: Miniflare;
  secret: string;
}

interface Statement {
  sql: string;
  parameters?: readonly string[];
}

const answerSchema = z.union([
  z.strictObject({ failure: z.string() }),
  z.strictObject({ rows: z.array(z.unknown()) }),
]);

/** Wrangler's own book-keeping, so that `wrangler d1 migrations list --local` tells the same. */
const CREATE_BOOK = `CREATE TABLE IF NOT EXISTS d1_migrations(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT UNIQUE,
  applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
)`;

const appliedSchema = z.array(z.object({ name: z.string() }));

/** Beside the databases, so that they are deleted together: the migrations that they have seen. */
const NOTE = "applied-migrations.json";

/** Where the migrations of each database are. */
const FOLDERS = { DB: "migrations", LOG: "migrations/log" } as const;
type Binding = keyof typeof FOLDERS;

/** All migrations as paths, in the order of their names. */
async function migrationFiles(folder: string): Promise<string[]> {
  const names = (await readdir(inRepository(folder))).filter((name) => name.endsWith(".sql"));
  return names.sort().map((name) => `${folder}/${name}`);
}

async function readNote(settings: ServerSettings): Promise<ReadonlySet<string>> {
  const note = await readFile(join(databaseFolder(settings), NOTE), "utf8").catch(() => "[]");
  return new Set(z.array(z.string()).parse(JSON.parse(note)));
}

/** Runs statements as one transaction. @returns the rows of the last @throws with what the database says */
async function run(
  { miniflare, secret }: Databases,
  database: Binding,
  statements: readonly Statement[],
): Promise<unknown> {
  const body = JSON.stringify(statements.map(({ sql, parameters = [] }) => ({ sql, parameters })));
  const response = await miniflare.dispatchFetch("http://databases/", {
    method: "POST",
    headers: { database, secret },
    body,
  });
  const answer = answerSchema.parse(await response.json());
  if ("failure" in answer) throw new Error(answer.failure);
  return answer.rows;
}

/** Applies what a database has not seen, in the order of the names, each migration as a whole or not at all. */
async function applyPending(
  databases: Databases,
  database: Binding,
  files: readonly string[],
): Promise<void> {
  const rows = await run(databases, database, [
    { sql: CREATE_BOOK },
    { sql: "SELECT name FROM d1_migrations" },
  ]);
  const known = new Set(appliedSchema.parse(rows).map(({ name }) => name));
  for (const file of files.filter((path) => !known.has(basename(path)))) {
    const statements = await readStatements(file);
    await run(databases, database, [
      ...statements.map((sql) => ({ sql })),
      { sql: "INSERT INTO d1_migrations (name) VALUES (?)", parameters: [basename(file)] },
    ]);
  }
}

/**
 * Brings the databases up to date before any port is open, so that no request meets a half-made schema. Opening them takes a
 * runtime of its own, which a start with nothing to apply does without.
 */
export async function migrate(settings: ServerSettings): Promise<void> {
  const [files, logFiles, noted] = await Promise.all([
    migrationFiles(FOLDERS.DB),
    migrationFiles(FOLDERS.LOG),
    readNote(settings),
  ]);
  const all = [...files, ...logFiles];
  if (all.every((path) => noted.has(path))) return;
  const secret = randomUUID();
  const miniflare = new Miniflare(await describeDatabases(settings, secret));
  try {
    await applyPending({ miniflare, secret }, "DB", files);
    await applyPending({ miniflare, secret }, "LOG", logFiles);
  } finally {
    await miniflare.dispose();
  }
  await mkdir(databaseFolder(settings), { recursive: true });
  await writeFile(join(databaseFolder(settings), NOTE), JSON.stringify(all));
}
