import { checkRow, checkStatement } from "./check-statement.ts";
import { withFaults } from "./faults.ts";
import { countQueries, countSubrequest } from "./invocation.ts";

/** What a proxy stands for: D1 takes only statements of its own. */
const originals = new WeakMap<object, { statement: D1PreparedStatement; sql: string }>();

function checkResult<Result>(result: Result): Result {
  const { results } = Object(result);
  if (Array.isArray(results)) for (const row of results) checkRow(row);
  return result;
}

const QUERIES = new Set<PropertyKey>(["all", "raw", "run", "first"]);

function limitStatement(statement: D1PreparedStatement, sql: string, binding: string): D1PreparedStatement {
  const proxy = new Proxy(statement, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      if (name === "bind") {
        return (...parameters: unknown[]) => {
          checkStatement(sql, parameters);
          return limitStatement(target.bind(...parameters), sql, binding);
        };
      }
      if (!QUERIES.has(name)) return member.bind(target);
      return async (...parameters: unknown[]) => {
        countQueries(1);
        return checkResult(
          await withFaults(binding, [sql], async () => Reflect.apply(member, target, parameters)),
        );
      };
    },
  });
  originals.set(proxy, { statement, sql });
  return proxy;
}

type Queried = D1Database | D1DatabaseSession;

function limitQueried<Target extends Queried>(database: Target, binding: string): Target {
  return new Proxy(database, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      if (name === "prepare") {
        return (sql: string) => {
          checkStatement(sql, []);
          return limitStatement(target.prepare(sql), sql, binding);
        };
      }
      if (name === "batch") {
        return async (statements: D1PreparedStatement[]) => {
          countQueries(statements.length);
          const known = statements.map((one) => originals.get(one) ?? { statement: one, sql: "" });
          const results = await withFaults(
            binding,
            known.map(({ sql }) => sql),
            () => target.batch(known.map(({ statement }) => statement)),
          );
          return results.map(checkResult);
        };
      }
      if (name === "withSession") {
        return (...parameters: unknown[]) => {
          const session: D1DatabaseSession = Reflect.apply(member, target, parameters);
          return limitQueried(session, binding);
        };
      }
      return member.bind(target);
    },
  });
}

/** Counts the calls of a Durable Object's methods. */
function limitNamespace<Target extends object>(namespace: Target): Target {
  const limitStub = (stub: object) =>
    new Proxy(stub, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== "function" || typeof name === "symbol") return member;
        return (...parameters: unknown[]) => {
          countSubrequest();
          return Reflect.apply(member, target, parameters);
        };
      },
    });
  return new Proxy(namespace, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      if (name !== "getByName" && name !== "get") return member.bind(target);
      return (...parameters: unknown[]) => limitStub(Object(Reflect.apply(member, target, parameters)));
    },
  });
}

const limited = new WeakMap<object, Env>();

/** The same environment with bindings that refuse what Cloudflare's would. */
export function limitEnvironment(environment: Env): Env {
  const known = limited.get(environment);
  if (known) return known;
  const { DB, LOG, AGGREGATOR, KILL_SWITCH, LOG_READER } = environment;
  const wrapped = {
    ...environment,
    DB: limitQueried(DB, "DB"),
    LOG: limitQueried(LOG, "LOG"),
    AGGREGATOR: limitNamespace(AGGREGATOR),
    KILL_SWITCH: limitNamespace(KILL_SWITCH),
    LOG_READER: limitNamespace(LOG_READER),
  };
  limited.set(environment, wrapped);
  limited.set(wrapped, wrapped);
  return wrapped;
}
