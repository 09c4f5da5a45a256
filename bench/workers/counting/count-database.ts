import { counts } from "./counts.ts";

const originals = new WeakMap<object, D1PreparedStatement>();

function count<Result>(result: Result): Result {
  const { meta } = Object(result);
  counts.databaseQueries += 1;
  counts.databaseRowsRead += meta.rows_read;
  counts.databaseRowsWritten += meta.rows_written;
  return result;
}

/**
 * Runs a query whose answer does not say what it costs. What reads is run once more to learn it: as objects, columns of the same
 * name would be one.
 */
async function runSilent(
  statement: D1PreparedStatement,
  sql: string,
  name: "raw" | "first",
): Promise<unknown> {
  const { results } = count(await statement.all());
  if (/^\s*(select|with)\b/i.test(sql)) return name === "raw" ? statement.raw() : statement.first();
  return name === "first" ? (results[0] ?? null) : results.map((row) => Object.values(row));
}

function countStatement(statement: D1PreparedStatement, sql: string): D1PreparedStatement {
  const proxy = new Proxy(statement, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      if (name === "bind")
        return (...parameters: unknown[]) => countStatement(target.bind(...parameters), sql);
      if (name === "raw" || name === "first") return () => runSilent(target, sql, name);
      return async (...parameters: unknown[]) => count(await Reflect.apply(member, target, parameters));
    },
  });
  originals.set(proxy, statement);
  return proxy;
}

/** The same database, which counts the rows that its queries read and write. */
export function countDatabase<Target extends D1Database | D1DatabaseSession>(database: Target): Target {
  return new Proxy(database, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      if (name === "prepare") return (sql: string) => countStatement(target.prepare(sql), sql);
      if (name === "batch") {
        return async (statements: D1PreparedStatement[]) => {
          const results = await target.batch(statements.map((one) => originals.get(one) ?? one));
          return results.map(count);
        };
      }
      if (name === "withSession") {
        return (...parameters: unknown[]) => {
          const session: D1DatabaseSession = Reflect.apply(member, target, parameters);
          return countDatabase(session);
        };
      }
      return member.bind(target);
    },
  });
}
