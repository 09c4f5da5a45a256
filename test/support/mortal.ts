/** Lets a number of calls through; from then on nothing happens any more, as if whoever makes them had been killed. */
export class Mortal {
  #left: number;
  readonly #isLastDone: boolean;

  /** @param isLastDone whether the call that is not answered has happened */
  constructor(calls: number, isLastDone: boolean) {
    this.#left = calls;
    this.#isLastDone = isLastDone;
  }

  get isDead(): boolean {
    return this.#left < 0;
  }

  async call<Value>(work: () => Promise<Value>): Promise<Value> {
    this.#left -= 1;
    if (this.#left >= 0) return work();
    if (this.#left === -1 && this.#isLastDone) await work();
    throw new Error("killed");
  }

  bucket(bucket: R2Bucket): R2Bucket {
    return this.#wrap(bucket, ["get", "put", "head", "delete"]);
  }

  database(database: D1Database): D1Database {
    const originals = new WeakMap<object, D1PreparedStatement>();
    const wrapStatement = (statement: D1PreparedStatement): D1PreparedStatement => {
      const mortal = this.#wrap(statement, ["run", "all", "first", "raw"], (name, value) =>
        name === "bind" ? (...parameters: unknown[]) => wrapStatement(statement.bind(...parameters)) : value,
      );
      originals.set(mortal, statement);
      return mortal;
    };
    return this.#wrap(database, [], (name, value) => {
      if (name === "prepare") return (sql: string) => wrapStatement(database.prepare(sql));
      if (name !== "batch") return value;
      return (statements: D1PreparedStatement[]) =>
        this.call(() => database.batch(statements.map((one) => originals.get(one) ?? one)));
    });
  }

  #wrap<Target extends object>(
    target: Target,
    calls: readonly string[],
    other: (name: string, value: unknown) => unknown = (_, value) => value,
  ): Target {
    return new Proxy(target, {
      get: (_, name) => {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== "function") return member;
        const bound = member.bind(target);
        if (!calls.includes(String(name))) return other(String(name), bound);
        return (...parameters: unknown[]) => this.call(async () => bound(...parameters));
      },
    });
  }
}
