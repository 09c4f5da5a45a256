import { describe, expect, it } from "vitest";
import { RetrySchedule } from "#aggregator/retry-schedule.ts";

describe("work that is tried again", () => {
  it("counts as failed once, however often it was asked for and begun while it went on", async () => {
    const schedule = new RetrySchedule(1_000, 60_000);
    const { promise, reject } = Promise.withResolvers<"done">();
    const attempts = Array.from({ length: 9 }, () => {
      schedule.request(Date.now());
      return schedule.attempt(() => promise);
    });
    reject(new Error("no answer"));
    await Promise.all(attempts);
    expect(schedule.dueAt - Date.now()).toBeLessThanOrEqual(1_000);
  });

  it("is due again after it was asked for while it went on", async () => {
    const schedule = new RetrySchedule(1_000, 60_000);
    const { promise, resolve } = Promise.withResolvers<"done">();
    const attempt = schedule.attempt(() => promise);
    expect([schedule.isScheduled, schedule.isDue(Date.now())]).toEqual([true, false]);
    schedule.request(5_000);
    schedule.request(7_000);
    expect(schedule.isDue(100_000)).toBe(false);
    resolve("done");
    await attempt;
    expect(schedule.dueAt).toBe(6_000);
  });

  it("waits longer with every failure, and no longer after it has succeeded", async () => {
    const schedule = new RetrySchedule(1_000, 3_000);
    const delays: number[] = [];
    for (const result of ["fail", "fail", "fail", "done", "fail"]) {
      await schedule.attempt(() =>
        result === "done" ? Promise.resolve("done") : Promise.reject(new Error()),
      );
      if (result === "fail") delays.push(Math.round((schedule.dueAt - Date.now()) / 1_000));
    }
    expect(delays).toEqual([1, 2, 3, 1]);
  });
});
