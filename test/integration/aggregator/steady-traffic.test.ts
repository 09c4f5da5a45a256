import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it, vi } from "vitest";
import { freshAggregator, outcome } from "#test/support/ledger-client.ts";

type FreshAggregator = ReturnType<typeof freshAggregator>;

/** Has every write to the event log wait until two more events have been recorded. */
async function recordDuringWrites({ stub }: FreshAggregator, recordMore: () => Promise<void>) {
  const hold = (statement: D1PreparedStatement): D1PreparedStatement =>
    new Proxy(statement, {
      get(target, name) {
        if (name === "bind") return (...values: unknown[]) => hold(target.bind(...values));
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== "function") return value;
        return async (...values: unknown[]) => {
          await recordMore();
          return value.apply(target, values);
        };
      },
    });
  await runInDurableObject(stub, (instance) => {
    const before: Env = Reflect.get(instance, "env");
    const eventLog = new Proxy(before.LOG, {
      get(target, name) {
        if (name === "prepare") return (sql: string) => hold(target.prepare(sql));
        const value: unknown = Reflect.get(target, name);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    Object.defineProperty(instance, "env", { value: { ...before, LOG: eventLog } });
  });
}

/** Whether work ends though events are recorded all the time. */
async function endsUnderTraffic(work: (aggregator: FreshAggregator) => Promise<unknown>) {
  const aggregator = freshAggregator();
  let recorded = 0;
  let isOver = false;
  const recordOne = async () => {
    recorded += 1;
    const id = String(recorded);
    await aggregator.record([outcome(id, `unit-${recorded % 50}`, "a", { task_success: 1 })]);
  };
  await recordOne();
  await recordDuringWrites(aggregator, async () => {
    const until = recorded + 2;
    await vi.waitFor(() => expect(isOver || recorded >= until).toBe(true), { interval: 5, timeout: 5_000 });
  });
  const traffic = (async () => {
    while (!isOver) await recordOne();
  })();
  try {
    await vi.waitFor(() => expect(recorded).toBeGreaterThan(20), { timeout: 5_000 });
    const begun = recorded;
    await work(aggregator);
    expect(recorded).toBeGreaterThan(begun);
  } finally {
    isOver = true;
    await traffic;
  }
  const { events } = await aggregator.totals();
  expect(events).toBe(recorded);
}

describe("while events keep coming", () => {
  it("a flush ends", () => endsUnderTraffic(({ stub }) => stub.flush()));

  it("a checkpoint ends", () => endsUnderTraffic(({ stub }) => stub.checkpoint()));

  it("a recount ends", () =>
    endsUnderTraffic(({ stub }) => stub.recount({ quarantines: [], exclusions: [] }, 1)));
});
