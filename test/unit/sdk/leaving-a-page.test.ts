import { beforeEach, describe, expect, it } from "vitest";
import { exposuresIn, FakeWorker } from "#test/support/fake-worker.ts";
import { rulesetDocument, rulesetExperiment } from "#tools/builders/ruleset-builder.ts";

let worker: FakeWorker;

beforeEach(() => {
  worker = new FakeWorker();
});

describe("what leaves with a page", () => {
  it("fits into what browsers allow, counted in bytes", async () => {
    const page = Object.assign(new EventTarget(), { visibilityState: "visible" });
    Reflect.set(globalThis, "document", page);
    try {
      const leaving = worker.client({ intervalMs: 60_000, batchSize: 10_000 });
      const wide = "日本語".repeat(80);
      for (let index = 0; index < 200; index++) {
        leaving.log({ experiment: "e", unit: `u${index}`, metrics: { error: 0 }, properties: { wide } });
      }
      page.visibilityState = "hidden";
      page.dispatchEvent(new Event("visibilitychange"));
      const [farewell] = worker.received;
      const bytes = new TextEncoder().encode(farewell?.init.body ?? "").length;
      expect(farewell?.init.keepalive).toBe(true);
      expect(bytes).toBeLessThan(32_768);
      expect(bytes).toBeGreaterThan(28_000);
    } finally {
      Reflect.deleteProperty(globalThis, "document");
    }
  });

  it("of exposures and events fits together into what browsers allow", async () => {
    const ruleset = rulesetDocument(rulesetExperiment("shorter", [0.5, 0.5]));
    // What is loaded for local mode looks for a whole page where there is a document.
    expect(await worker.client({ mode: "local", ruleset }).ready(20_000)).toBe(true);
    const page = Object.assign(new EventTarget(), { visibilityState: "visible" });
    Reflect.set(globalThis, "document", page);
    try {
      const leaving = worker.client({ mode: "local", ruleset, intervalMs: 60_000, batchSize: 10_000 });
      expect(await leaving.ready(20_000)).toBe(true);
      for (let index = 0; index < 600; index++) {
        const unit = `${"ü".repeat(100)}-${index}`;
        leaving.assignNow("answer", { unit, fallback: {} });
        leaving.log({ experiment: "shorter", unit, metrics: { error: 0 } });
      }
      page.visibilityState = "hidden";
      page.dispatchEvent(new Event("visibilitychange"));
      const farewells = worker.received.filter(({ init }) => init.keepalive);
      expect(farewells.map(({ path }) => path).sort()).toEqual(["/v1/events", "/v1/exposures"]);
      expect(
        farewells.flatMap(({ path, body }) => (path === "/v1/exposures" ? exposuresIn(body) : [])),
      ).not.toEqual([]);
      const bytes = farewells.map(({ init }) => new TextEncoder().encode(init.body ?? "").length);
      expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThan(65_536);
    } finally {
      Reflect.deleteProperty(globalThis, "document");
    }
  });
});
