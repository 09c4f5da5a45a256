/** What a database has been asked, and how it is to fail. */
export interface DatabaseCount {
  /** Texts of the statements that were run, in their order, with what was bound to them. */
  statements: { text: string; bindings: readonly unknown[] }[];
  /** Round trips: single statements and batches. */
  trips: number;
  /** Rows that were answered. */
  rows: number;
}

interface Watched {
  count: DatabaseCount;
  /** Called before every round trip; it may throw. @param number counts them from 1 */
  onTrip?: (number: number) => void;
}

const nativeStatement = Symbol("native statement");

type Prepared = D1PreparedStatement & { [nativeStatement]?: D1PreparedStatement };

function watchStatement(
  statement: D1PreparedStatement,
  text: string,
  bindings: readonly unknown[],
  trip: (texts: DatabaseCount["statements"]) => void,
  answered: (rows: number) => void,
): Prepared {
  return new Proxy(statement, {
    get(target, name) {
      if (name === nativeStatement) return target;
      if (name === "text") return text;
      if (name === "bindings") return bindings;
      if (name === "bind") {
        return (...values: unknown[]) => watchStatement(target.bind(...values), text, values, trip, answered);
      }
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      return async (...parameters: unknown[]) => {
        trip([{ text, bindings }]);
        const answer = await value.apply(target, parameters);
        answered(answer?.results?.length ?? 1);
        return answer;
      };
    },
  });
}

/** A database that counts what it is asked through sessions, and may fail at any round trip. */
export function watchedDatabase(binding: D1Database, watched: Watched): D1Database {
  const { count } = watched;
  const trip = (statements: DatabaseCount["statements"]) => {
    count.trips += 1;
    count.statements.push(...statements);
    watched.onTrip?.(count.trips);
  };
  const answered = (rows: number) => {
    count.rows += rows;
  };
  const watch = <Target extends D1Database | D1DatabaseSession>(source: Target): Target =>
    new Proxy(source, {
      get(target, name) {
        if (name === "prepare") {
          return (text: string) => watchStatement(target.prepare(text), text, [], trip, answered);
        }
        if (name === "withSession") {
          return (constraint: string) => watch((target as D1Database).withSession(constraint));
        }
        if (name === "batch") {
          return async (statements: Prepared[]) => {
            trip(
              statements.map((one) => ({
                text: String(Reflect.get(one, "text")),
                bindings: Reflect.get(one, "bindings") as readonly unknown[],
              })),
            );
            const results = await target.batch(statements.map((one) => one[nativeStatement] ?? one));
            for (const { results: rows } of results) answered(rows.length);
            return results;
          };
        }
        const value: unknown = Reflect.get(target, name);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  return watch(binding);
}

export function newCount(): DatabaseCount {
  return { statements: [], trips: 0, rows: 0 };
}
