import { countDatabase } from "./count-database.ts";
import { counts } from "./counts.ts";

function countCalls(stub: object): object {
  return new Proxy(stub, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function" || typeof name === "symbol") return member;
      return (...parameters: unknown[]) => {
        counts.objectRequests += 1;
        return Reflect.apply(member, target, parameters);
      };
    },
  });
}

function countNamespace<Target extends object>(namespace: Target): Target {
  return new Proxy(namespace, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      if (name !== "getByName" && name !== "get") return member.bind(target);
      return (...parameters: unknown[]) => countCalls(Object(Reflect.apply(member, target, parameters)));
    },
  });
}

function countBinding(binding: unknown): unknown {
  if (typeof binding !== "object" || binding === null) return binding;
  if ("prepare" in binding && "batch" in binding) return countDatabase(Object(binding));
  return "getByName" in binding ? countNamespace(binding) : binding;
}

const counting = new WeakMap<object, Env>();

/** The same environment with databases and Durable Objects that count. */
export function countEnvironment(environment: Env): Env {
  const known = counting.get(environment);
  if (known) return known;
  const entries = Object.entries(environment).map(([name, binding]) => [name, countBinding(binding)]);
  const wrapped: Env = Object.assign({ ...environment }, Object.fromEntries(entries));
  counting.set(environment, wrapped);
  counting.set(wrapped, wrapped);
  return wrapped;
}
