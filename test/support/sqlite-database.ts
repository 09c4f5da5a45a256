import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";

const MIGRATIONS = join(import.meta.dirname, "../../migrations");

const toInput = (value: unknown): SQLInputValue => {
  if (typeof value === "boolean") return Number(value);
  if (value === null || typeof value === "number" || typeof value === "string") return value;
  throw new TypeError(`D1 takes no ${typeof value} here`);
};

class Statement {
  readonly #prepare: (text: string) => StatementSync;
  readonly #text: string;
  readonly #values: readonly unknown[];

  constructor(prepare: (text: string) => StatementSync, text: string, values: readonly unknown[] = []) {
    this.#prepare = prepare;
    this.#text = text;
    this.#values = values;
  }

  bind(...values: unknown[]): Statement {
    return new Statement(this.#prepare, this.#text, values);
  }

  execute(returnsArrays = false): unknown[] {
    const statement = this.#prepare(this.#text);
    statement.setReturnArrays(returnsArrays);
    return statement.all(...this.#values.map(toInput));
  }

  async all() {
    return { success: true, results: this.execute(), meta: {} };
  }

  async run() {
    return this.all();
  }

  async raw(): Promise<unknown[]> {
    return this.execute(true);
  }

  async first(): Promise<unknown> {
    return this.execute()[0] ?? null;
  }
}

/** D1's database with its migrations, in this process's memory: a thousandth of the time, and as many as a test wants. */
export class SqliteDatabase {
  readonly sqlite = new DatabaseSync(":memory:");
  /** Of single statements and batches, the one that fails, from 1, without having been carried out. */
  failsAt = Number.POSITIVE_INFINITY;
  #trips = 0;
  readonly #prepared = new Map<string, StatementSync>();

  constructor() {
    for (const name of readdirSync(MIGRATIONS)
      .filter((file) => file.endsWith(".sql"))
      .toSorted())
      this.sqlite.exec(readFileSync(join(MIGRATIONS, name), "utf8"));
  }

  /** A statement, made once. */
  readonly prepare = (text: string): StatementSync => {
    const prepared = this.#prepared.get(text) ?? this.sqlite.prepare(text);
    this.#prepared.set(text, prepared);
    return prepared;
  };

  /** What a query answers, at once. */
  rows(text: string): Record<string, unknown>[] {
    const statement = this.prepare(text);
    statement.setReturnArrays(false);
    return statement.all().map((row) => ({ ...row }));
  }

  /** Begins to count what is asked. */
  failAfter(trips: number): void {
    this.#trips = 0;
    this.failsAt = trips + 1;
  }

  /** Keeps what there is, to be returned to. */
  keep(): void {
    this.sqlite.exec("SAVEPOINT kept");
  }

  /** Forgets everything since then. */
  returnToKept(): void {
    this.sqlite.exec("ROLLBACK TO kept");
  }

  /** Rows that were inserted, updated and deleted so far. */
  get changes(): number {
    return Number(this.rows("SELECT total_changes() AS changes")[0]?.changes);
  }

  #count(): void {
    this.#trips += 1;
    if (this.#trips === this.failsAt) throw new Error("D1_ERROR: the database cannot be reached");
  }

  /** As the binding that the Worker has. */
  get binding(): D1Database {
    const count = () => this.#count();
    const counted = (statement: Statement): object =>
      new Proxy(statement, {
        get(target, name) {
          if (name === "bind") return (...values: unknown[]) => counted(target.bind(...values));
          if (name === "execute") return (...values: [boolean?]) => target.execute(...values);
          return async () => {
            count();
            if (name === "raw") return target.raw();
            return name === "first" ? target.first() : target.all();
          };
        },
      });
    const binding = {
      prepare: (text: string) => counted(new Statement(this.prepare, text)),
      batch: async (statements: readonly Statement[]) => {
        count();
        this.sqlite.exec("SAVEPOINT batch");
        try {
          const results = statements.map((statement) => ({
            success: true,
            results: statement.execute(),
            meta: {},
          }));
          this.sqlite.exec("RELEASE batch");
          return results;
        } catch (cause) {
          this.sqlite.exec("ROLLBACK TO batch");
          this.sqlite.exec("RELEASE batch");
          throw cause;
        }
      },
    };
    // As much of D1 as drizzle asks for: what else there is has no counterpart here, and fails where it is called.
    return binding as unknown as D1Database;
  }
}
