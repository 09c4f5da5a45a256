import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Miniflare } from "miniflare";
import { unstable_splitSqlQuery as splitStatements } from "wrangler";
import { z } from "zod";
import { inRepository } from "./repository.ts";

type Database = Awaited<ReturnType<Miniflare["getD1Database"]>>;

/** Wrangler's own book-keeping, so that `wrangler d1 migrations list --local` tells the same. */
const CREATE_BOOK = `CREATE TABLE IF NOT EXISTS d1_migrations(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT UNIQUE,
  applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
)`;

const applied = z.array(z.object({ name: z.string() }));

/** Applies the migrations that the database has not seen, in the order of their names, each as a whole or not at all. */
export async function applyMigrations(database: Database): Promise<void> {
  const folder = inRepository("migrations");
  const files = (await readdir(folder)).filter((name) => name.endsWith(".sql")).sort();
  await database.prepare(CREATE_BOOK).run();
  const { results } = await database.prepare("SELECT name FROM d1_migrations").all();
  const known = new Set(applied.parse(results).map(({ name }) => name));
  for (const name of files.filter((file) => !known.has(file))) {
    const statements = splitStatements(await readFile(join(folder, name), "utf8"));
    await database.batch([
      ...statements.map((statement) => database.prepare(statement)),
      database.prepare("INSERT INTO d1_migrations (name) VALUES (?)").bind(name),
    ]);
  }
}
