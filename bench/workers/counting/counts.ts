import { type Counts, noCounts } from "../../cost/counts.ts";

/** Of the whole process: locally, the Worker and its Durable Objects share an isolate. */
export const counts: Counts = noCounts();

/** Rows that Durable Objects have written, by the kind of statement. */
export const writes = new Map<string, number>();

export function addWrites(sql: string, rows: number): void {
  if (rows === 0) return;
  const [, verb = "?", table = "?"] =
    /^\s*(INSERT|UPDATE|DELETE|CREATE)\b.*?(?:INTO|FROM|UPDATE|TABLE)\s+(?:IF NOT EXISTS )?(\w+)/is.exec(
      sql,
    ) ?? [];
  const kind = `${verb} ${table}`.toLowerCase();
  writes.set(kind, (writes.get(kind) ?? 0) + rows);
}
