import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { DueLooks, inTurn } from "#cron/due-looks.ts";
import type { DecisionAction } from "#model/analysis/decision.ts";
import type { DueLook } from "#store/claim-look.ts";

const RUN_AT = 1_000_000;

interface Taken {
  experiment: string;
  /** Milliseconds after the run began. */
  at: number;
  now: number;
  runAt: number;
}

/** Aggregators that note every look. @param lasting how long each takes, in milliseconds */
function observed(lasting: number) {
  const taken: Taken[] = [];
  const began = Date.now();
  const look = async (experiment: string, { runAt }: DueLook, now: number): Promise<DecisionAction> => {
    taken.push({ experiment, at: Date.now() - began, now, runAt });
    await new Promise((resolve) => setTimeout(resolve, lasting));
    if (experiment === "failing") throw new Error("planted");
    return "continue";
  };
  return { taken, aggregators: { getByName: () => ({ look }) } };
}

const due = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ key: `${index}`, analyzedAt: count - index }));

async function take(count: number, lasting: number) {
  const { taken, aggregators } = observed(lasting);
  const looks = new DueLooks(aggregators, due(count), RUN_AT);
  const both = looks.takeFew().then(async (few) => [few, await looks.takeMany()] as const);
  await vi.advanceTimersByTimeAsync(120_000);
  return { taken, looked: await both };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("the looks of one run of the schedule", () => {
  it("are taken at once where they are few, at the time of the run", async () => {
    const { taken, looked } = await take(50, 10);
    expect(taken).toHaveLength(50);
    expect(Math.max(...taken.map(({ at }) => at))).toBeLessThan(250);
    expect(taken.every(({ now, runAt }) => now === RUN_AT && runAt === RUN_AT)).toBe(true);
    expect(looked.map(({ actions }) => actions.length)).toEqual([50, 0]);
  });

  it.each([51, 500, 1_000, 3_000])(
    "of %i experiments end before the next run, without a burst",
    async (count) => {
      const { taken, looked } = await take(count, 10);
      expect(taken).toHaveLength(count);
      expect(looked.map(({ actions }) => actions.length)).toEqual([0, count]);
      const times = taken.map(({ at }) => at);
      expect(times.at(-1)).toBeLessThan(51_000);
      const pace = Math.min(50, 50_000 / count);
      const inHalfASecond = Math.max(
        ...times.map((at) => times.filter((other) => at <= other && other < at + 500).length),
      );
      expect(inHalfASecond).toBeLessThanOrEqual(Math.ceil(500 / pace) + 5);
      const { at: takenAt = 0, now } = taken.at(-1) ?? { now: 0 };
      expect(now).toBe(RUN_AT + takenAt);
    },
  );

  it("keep to the time that is left where they begin late", async () => {
    const { taken, aggregators } = observed(10);
    const looks = new DueLooks(aggregators, due(1_000), RUN_AT);
    await vi.advanceTimersByTimeAsync(20_000);
    const looked = looks.takeMany();
    await vi.advanceTimersByTimeAsync(100_000);
    expect((await looked).actions).toHaveLength(1_000);
    expect(taken.at(-1)?.at).toBeLessThan(51_000);
  });

  it("are taken in the order that they are given in", async () => {
    const { taken } = await take(200, 10);
    expect(taken.map(({ experiment }) => Number(experiment))).toEqual(
      Array.from({ length: 200 }, (_, index) => index),
    );
  });

  it("begin with those that have waited longest, and end with paused ones, whose recount may take long", () => {
    const running = (key: string, analyzedAt: number | null) => ({
      ...{ key, analyzedAt, latestTakenAt: analyzedAt, analysisIntervalSeconds: 60 },
    });
    const found = [
      running("later", RUN_AT - 60_000),
      running("earlier", RUN_AT - 70_000),
      running("just now", RUN_AT - 10_000),
      running("new", null),
    ];
    const keys = inTurn(found, ["paused"], RUN_AT).map(({ key }) => key);
    expect(keys).toEqual(["new", "earlier", "later", "paused"]);
  });

  it("are left to the next run where time is over, or where they are too many for one", async () => {
    const slow = await take(1_000, 1_000);
    expect(slow.taken.length).toBeLessThan(300);
    expect(slow.taken.at(-1)?.at).toBeLessThan(60_000);
    const many = await take(6_000, 0);
    expect(many.taken).toHaveLength(5_000);
  });

  it("go on where one fails", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const { aggregators } = observed(10);
    const looks = new DueLooks(aggregators, [{ key: "failing", analyzedAt: null }, ...due(20)], RUN_AT);
    const few = looks.takeFew();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await few).toEqual({ actions: Array.from({ length: 20 }, () => "continue"), failedLooks: 1 });
    vi.restoreAllMocks();
  });

  it("are all taken beside fifty that never end, whose failure is told at the end", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const healthy = observed(10);
    const silent = { look: () => new Promise<DecisionAction>(() => {}) };
    const getByName = (name: string) =>
      name.startsWith("silent") ? silent : healthy.aggregators.getByName();
    const dueLooks = [
      ...Array.from({ length: 50 }, (_, index) => ({ key: `silent-${index}`, analyzedAt: null })),
      ...due(200),
    ];
    const looks = new DueLooks({ getByName }, dueLooks, RUN_AT);
    const both = looks.takeFew().then(async (few) => [few, await looks.takeMany()] as const);
    await vi.advanceTimersByTimeAsync(90_000);
    const [few, many] = await both;
    expect(healthy.taken).toHaveLength(200);
    expect(healthy.taken.at(-1)?.at).toBeLessThan(51_000);
    expect([few.failedLooks, many.failedLooks, many.actions.length]).toEqual([0, 50, 200]);
    vi.restoreAllMocks();
  });
});
