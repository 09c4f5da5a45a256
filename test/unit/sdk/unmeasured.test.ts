import { expect, it, vi } from "vitest";
import { createBakeoff, type Drop } from "#sdk/index.ts";
import { FakeWorker } from "#test/support/fake-worker.ts";

vi.mock("#sdk/client/runner.ts", () => {
  throw new Error("the file is gone");
});

it("a run whose measures cannot be loaded is made all the same, and what is not logged is told", async () => {
  const worker = new FakeWorker();
  const drops: Drop[] = [];
  const bakeoff = createBakeoff({
    url: "https://bakeoff.test",
    key: "bk_x",
    fetch: worker.fetch,
    timeoutMs: 20_000,
    onDrop: (drop) => drops.push(drop),
  });
  const call = { unit: "u1", fallback: { model: "fallback" } };
  const run = await bakeoff.run("c", call, ({ value }, record) => {
    record({ task_success: 1 });
    return `by ${value.model}`;
  });
  expect(run).toMatchObject({ result: "by small", assigned: { variant: "control" } });
  expect(drops).toMatchObject([
    { kind: "event", code: "not_measured", item: { experiment: "shorter", unit: "u1", variant: "control" } },
  ]);
  // What became of it can be told later.
  expect(bakeoff.feedback(run.handle, { task_success: 1 })).toBe(true);
  expect(await bakeoff.flush()).toBe(true);
  expect(worker.events).toMatchObject([{ handle: run.handle, metrics: { task_success: 1 } }]);
});
