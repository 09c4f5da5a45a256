import { checkRow, checkStatement } from "./check-statement.ts";

type Cursor = SqlStorageCursor<Record<string, SqlStorageValue>>;

function limitCursor(cursor: Cursor): Cursor {
  return new Proxy(cursor, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      return (...parameters: unknown[]) => {
        const result: unknown = Reflect.apply(member, target, parameters);
        if (Array.isArray(result)) for (const row of result) checkRow(row);
        return result;
      };
    },
  });
}

/**
 * Makes the SQL of a Durable Object refuse what Cloudflare's would. In place: a Durable Object takes no other state than the one
 * that the runtime has made.
 */
export function limitStorage({ sql }: DurableObjectStorage): void {
  const exec = sql.exec.bind(sql);
  Object.defineProperty(sql, "exec", {
    value: (query: string, ...parameters: unknown[]) => {
      checkStatement(query, parameters);
      return limitCursor(exec(query, ...parameters));
    },
  });
}
