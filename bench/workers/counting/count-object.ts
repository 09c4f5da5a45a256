import { Activity } from "./activity.ts";
import { addWrites, counts } from "./counts.ts";

type Cursor = SqlStorageCursor<Record<string, SqlStorageValue>>;

const MOST_OPEN = 200;
const RECENT = 20;

/** Adds up what the cursors of one object cost. They know it only once they have been read, and tell nobody but their object. */
class OpenCursors {
  readonly #open: { sql: string; cursor: Cursor; read: number; written: number }[] = [];

  add(sql: string, cursor: Cursor): void {
    if (this.#open.length >= MOST_OPEN) this.settle(RECENT);
    this.#open.push({ sql, cursor, read: 0, written: 0 });
  }

  /** Adds what they have read and written since the last time. @param kept so many may be read further */
  settle(kept = 0): void {
    for (const one of this.#open) {
      const { rowsRead, rowsWritten } = one.cursor;
      counts.objectRowsRead += rowsRead - one.read;
      counts.objectRowsWritten += rowsWritten - one.written;
      addWrites(one.sql, rowsWritten - one.written);
      one.read = rowsRead;
      one.written = rowsWritten;
    }
    this.#open.splice(0, this.#open.length - kept);
  }
}

interface Watched {
  activity: Activity;
  cursors: OpenCursors;
}
const watched = new WeakMap<object, Watched>();

/** Makes the storage of a Durable Object count. In place: an object takes no other state than the runtime's. */
export function countState(state: DurableObjectState): void {
  const [activity, cursors] = [new Activity(), new OpenCursors()];
  watched.set(state, { activity, cursors });
  const { storage } = state;
  const exec = storage.sql.exec.bind(storage.sql);
  Object.defineProperty(storage.sql, "exec", {
    value: (query: string, ...parameters: unknown[]) => {
      const cursor = exec(query, ...parameters);
      cursors.add(query, cursor);
      return cursor;
    },
  });
  const setAlarm = storage.setAlarm.bind(storage);
  Object.defineProperty(storage, "setAlarm", {
    value: (at: number) => {
      counts.objectRowsWritten += 1;
      addWrites("INSERT INTO alarm", 1);
      return setAlarm(at);
    },
  });
  const [get, put] = [storage.get.bind(storage), storage.put.bind(storage)];
  Object.defineProperty(storage, "get", {
    value: (key: string) => {
      counts.objectRowsRead += 1;
      return get(key);
    },
  });
  Object.defineProperty(storage, "put", {
    value: (key: string, value: unknown) => {
      counts.objectRowsWritten += 1;
      addWrites("INSERT INTO value", 1);
      return put(key, value);
    },
  });
  const waitUntil = state.waitUntil.bind(state);
  Object.defineProperty(state, "waitUntil", {
    value: (work: Promise<unknown>) => waitUntil(activity.keepAlive(() => work)),
  });
}

/** Measures how long the methods of a class that others call keep its objects. */
export function measureMethods(prototype: object, stateOf: (object: object) => object): void {
  let owner: object = Object.getPrototypeOf(prototype);
  while (owner.constructor.name !== "DurableObject") {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(owner))) {
      if (name === "constructor" || typeof value !== "function" || Object.hasOwn(prototype, name)) continue;
      Object.defineProperty(prototype, name, {
        async value(this: object, ...parameters: unknown[]) {
          const { activity, cursors } = watched.get(stateOf(this)) ?? {};
          if (!activity || !cursors) throw new Error("an object was not counted");
          if (name === "alarm") {
            counts.alarms += 1;
            counts.objectRequests += 1;
          }
          try {
            return await activity.during(() => Reflect.apply(value, this, parameters));
          } finally {
            cursors.settle(RECENT);
          }
        },
      });
    }
    owner = Object.getPrototypeOf(owner);
  }
}
