import { DurableObject } from "cloudflare:workers";

interface Bindings {
  TABLE: DurableObjectNamespace<Table>;
}

/** Keeps events as they came, one row each, and counts nothing. */
export class Table extends DurableObject<Bindings> {
  readonly #sql: SqlStorage;

  constructor(state: DurableObjectState, environment: Bindings) {
    super(state, environment);
    this.#sql = state.storage.sql;
    this.#sql.exec(
      "CREATE TABLE IF NOT EXISTS event (id TEXT PRIMARY KEY, event TEXT NOT NULL) WITHOUT ROWID",
    );
  }

  insert(body: string): number {
    return this.#sql.exec(
      `INSERT OR IGNORE INTO event (id, event)
       SELECT value ->> 'id', value FROM json_each(?, '$.events') WHERE true`,
      body,
    ).rowsWritten;
  }
}

/** What is least that makes events durable in a Durable Object. */
export default {
  async fetch(request, { TABLE }) {
    const accepted = await TABLE.getByName("all").insert(await request.text());
    return Response.json({ accepted });
  },
} satisfies ExportedHandler<Bindings>;
