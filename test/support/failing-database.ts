/** The methods by which a statement is carried out. */
const CARRIED_OUT: ReadonlySet<string | symbol> = new Set(["run", "all", "first", "raw"]);

/**
 * A database that fails as D1 does, with the statement carried out or not: the error comes where the statement runs.
 * @param isBroken for which statements
 */
export function failingDatabase(
  database: D1Database,
  message: string,
  isBroken: (sql: string) => boolean = () => true,
): D1Database {
  const fail = () => Promise.reject(new Error(`D1_ERROR: ${message}`, { cause: new Error(message) }));
  const failing = (statement: D1PreparedStatement): D1PreparedStatement =>
    new Proxy(statement, {
      get(target, name) {
        if (CARRIED_OUT.has(name)) return fail;
        if (name === "bind") return (...values: unknown[]) => failing(target.bind(...values));
        return Reflect.get(target, name);
      },
    });
  return new Proxy(database, {
    get(target, name) {
      if (name === "prepare") {
        return (sql: string) => {
          return isBroken(sql) ? failing(target.prepare(sql)) : target.prepare(sql);
        };
      }
      if (name === "batch") return fail;
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** A statement that changes something. */
export const isWrite = (sql: string): boolean => /^\s*(insert|update|delete)/i.test(sql);
