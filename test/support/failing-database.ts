/** The methods by which a statement is carried out. */
const CARRIED_OUT: ReadonlySet<string | symbol> = new Set(["run", "all", "first", "raw"]);

/** A statement that changes something. */
export const isWrite = (sql: string): boolean => /^\s*(insert|update|delete)/i.test(sql);

/**
 * A database that fails as D1 does: where a statement is carried out, alone or in a batch, in a session or not.
 * @param isBroken for which statements; by default all
 */
export function failingDatabase(
  database: D1Database,
  message: string,
  isBroken: (sql: string) => boolean = () => true,
): D1Database {
  const fail = () => Promise.reject(new Error(`D1_ERROR: ${message}`, { cause: new Error(message) }));
  const broken = new WeakSet<D1PreparedStatement>();
  const breakStatement = (statement: D1PreparedStatement): D1PreparedStatement => {
    const failing = new Proxy(statement, {
      get(target, name) {
        if (CARRIED_OUT.has(name)) return fail;
        if (name === "bind") return (...values: unknown[]) => breakStatement(target.bind(...values));
        return Reflect.get(target, name);
      },
    });
    broken.add(failing);
    return failing;
  };
  const wrap = <Target extends D1Database | D1DatabaseSession>(wrapped: Target): Target =>
    new Proxy(wrapped, {
      get(target, name) {
        if (name === "prepare") {
          return (sql: string) => (isBroken(sql) ? breakStatement(target.prepare(sql)) : target.prepare(sql));
        }
        if (name === "batch") {
          return (statements: D1PreparedStatement[]) =>
            statements.some((statement) => broken.has(statement)) ? fail() : target.batch(statements);
        }
        if (name === "withSession" && "withSession" in target) {
          return (constraint: string) => wrap(target.withSession(constraint));
        }
        const value: unknown = Reflect.get(target, name);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  return wrap(database);
}

/** Statements, sessions and batches can be made as ever; what they ask for is never answered. */
export function silentDatabase(database: D1Database): D1Database {
  const unanswered = new Set(["all", "raw", "run", "first", "batch", "exec"]);
  const silence = (target: object): unknown =>
    new Proxy(target, {
      get: (_, name) =>
        unanswered.has(String(name)) ? () => new Promise<never>(() => {}) : () => silence(target),
    });
  return silence(database) as D1Database;
}
