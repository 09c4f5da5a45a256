import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { eventsIn, FakeWorker, hang } from "#test/support/fake-worker.ts";

let worker: FakeWorker;

beforeEach(() => {
  vi.useFakeTimers();
  worker = new FakeWorker();
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const event = (unit: string) => ({ experiment: "e", variant: "v", unit, metrics: { latency_ms: 1 } });

function logMany(bakeoff: ReturnType<FakeWorker["client"]>, count: number): void {
  for (let index = 0; index < count; index++) bakeoff.log(event(`u${index}`));
}

describe("in a browser", () => {
  class Page extends EventTarget {
    visibilityState = "visible";
  }

  it("hands the queue to a request that outlives the page, once the page is hidden", async () => {
    const page = new Page();
    vi.stubGlobal("document", page);
    const bakeoff = worker.client();
    logMany(bakeoff, 1_000);
    await vi.advanceTimersByTimeAsync(0);
    worker.received.length = 0;
    logMany(bakeoff, 3);
    page.dispatchEvent(new Event("visibilitychange"));
    expect(worker.received).toEqual([]);
    page.visibilityState = "hidden";
    page.dispatchEvent(new Event("visibilitychange"));
    expect(worker.received.map(({ init }) => init.keepalive)).toEqual([true]);
    expect(worker.received[0]?.init.headers.authorization).toBe("Bearer bk_x");
    await bakeoff.close();
    page.dispatchEvent(new Event("visibilitychange"));
    expect(worker.received).toHaveLength(1);
  });

  it("takes along what is on its way, within what browsers let outlive a page", async () => {
    const page = new Page();
    vi.stubGlobal("document", page);
    const bakeoff = worker.client();
    worker.behavior = hang;
    logMany(bakeoff, 600);
    page.visibilityState = "hidden";
    page.dispatchEvent(new Event("visibilitychange"));
    const farewell = worker.received.at(-1);
    expect(farewell?.init.keepalive).toBe(true);
    expect(eventsIn(farewell?.body)[0]).toEqual(eventsIn(worker.received[0]?.body)[0]);
    expect(farewell?.init.body?.length).toBeLessThan(32_000);
    await vi.advanceTimersByTimeAsync(20_000);
  });
});
