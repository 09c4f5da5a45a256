import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** The file of a local installation's main database: the one with experiments in it. @param data its folder */
export async function openMainDatabase(data: string): Promise<DatabaseSync> {
  const folder = join(data, "v3/d1/miniflare-D1DatabaseObject");
  const files = (await readdir(folder)).filter((name) => /^[0-9a-f]{64}\.sqlite$/.test(name));
  for (const file of files) {
    const database = new DatabaseSync(join(folder, file));
    const found = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'experiment'").get();
    if (found) return database;
    database.close();
  }
  throw new Error("there is no database");
}
