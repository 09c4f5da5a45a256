import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { Miniflare } from "miniflare";
import { z } from "zod";
import { inRepository } from "./repository.ts";
import type { ServerSettings } from "./settings.ts";
import { databaseFolder, describeDatabase, WORKER } from "./workers.ts";
import { readStatements } from "./wrangler-config.ts";

type Database = Awaited<ReturnType<Miniflare["getD1Database"]>>;

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

/** All migrations as paths, in the order of their names. */
async function migrationFiles(folder: string): Promise<string[]> {
  const names = (await readdir(inRepository(folder))).filter((name) => name.endsWith(".sql"));
  return names.sort().map((name) => `${folder}/${name}`);
}

async function readNote(settings: ServerSettings): Promise<ReadonlySet<string>> {
  const note = await readFile(join(databaseFolder(settings), NOTE), "utf8").catch(() => "[]");
  return new Set(z.array(z.string()).parse(JSON.parse(note)));
}

/** Applies what the database has not seen, in the order of the names, each migration as a whole or not at all. */
async function applyPending(database: Database, files: readonly string[]): Promise<void> {
  await database.prepare(CREATE_BOOK).run();
  const { results } = await database.prepare("SELECT name FROM d1_migrations").all();
  const known = new Set(appliedSchema.parse(results).map(({ name }) => name));
  for (const file of files.filter((path) => !known.has(basename(path)))) {
    const statements = await readStatements(file);
    await database.batch([
      ...statements.map((statement) => database.prepare(statement)),
      database.prepare("INSERT INTO d1_migrations (name) VALUES (?)").bind(basename(file)),
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
  const miniflare = new Miniflare(await describeDatabase(settings));
  try {
    await applyPending(await miniflare.getD1Database("DB", WORKER), files);
    await applyPending(await miniflare.getD1Database("LOG", WORKER), logFiles);
  } finally {
    await miniflare.dispose();
  }
  await mkdir(databaseFolder(settings), { recursive: true });
  await writeFile(join(databaseFolder(settings), NOTE), JSON.stringify(all));
}
