import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { z } from "zod";

const DATABASES = "v3/d1/miniflare-D1DatabaseObject";

/** After it was killed, whoever opens it first has it for itself. */
const LONGEST_WAIT_MILLISECONDS = 10_000;

const numberSchema = z.object({ value: z.number() });

/** The log's database of a local server, read beside it. */
export class LogDatabase {
  readonly #path: string;

  /** @param data the server's folder */
  constructor(data: string) {
    const folder = join(data, DATABASES);
    const paths = readdirSync(folder)
      .filter((name) => /^[0-9a-f]+\.sqlite$/.test(name))
      .map((name) => join(folder, name));
    const found = paths.find((path) =>
      namesOf(path, "SELECT name FROM sqlite_schema").includes("archive_part"),
    );
    if (found === undefined) throw new Error("there is no database with an archive");
    this.#path = found;
  }

  /** @param query of one number called `value` */
  number(query: string): number {
    return read(this.#path, query, (rows) => numberSchema.parse(rows[0]).value);
  }

  /** @param query of texts called `name` */
  names(query: string): string[] {
    return namesOf(this.#path, query);
  }
}

function read<Value>(path: string, query: string, use: (rows: unknown[]) => Value): Value {
  const database = new DatabaseSync(path, { readOnly: true, timeout: LONGEST_WAIT_MILLISECONDS });
  try {
    return use(database.prepare(query).all());
  } finally {
    database.close();
  }
}

function namesOf(path: string, query: string): string[] {
  return read(path, query, (rows) =>
    z
      .array(z.object({ name: z.string() }))
      .parse(rows)
      .map(({ name }) => name),
  );
}
