/** Single values of an aggregator, by name. */
export class Meta {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec("CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID");
  }

  read(name: string): string | undefined {
    const row = this.#sql.exec("SELECT value FROM meta WHERE name = ?", name).toArray()[0];
    return row === undefined ? undefined : String(row.value);
  }

  write(name: string, value: string): void {
    this.#sql.exec("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", name, value);
  }

  remove(name: string): void {
    this.#sql.exec("DELETE FROM meta WHERE name = ?", name);
  }
}
