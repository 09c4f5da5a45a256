import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it } from "vitest";
import { verificationSchema } from "#contract/lists.ts";
import { askLog } from "#log-reader/client.ts";
import type { LogReader } from "#log-reader/log-reader.ts";
import { type LogQuestion, readerName } from "#log-reader/question.ts";
import { segmentResultsSchema } from "#model/analysis/segments.ts";
import { call, createExperiment, succeed } from "#test/support/api-client.ts";
import { unitWith } from "#test/support/assigned-units.ts";
import { eraseUnit } from "#test/support/erasures.ts";
import { startReading } from "#test/support/started-reading.ts";
import { NO_FAULTS, planFaults } from "../../../src/limits/faults.ts";

let counter = 0;

/** Logs events of as many new units. */
async function logEvents(experiment: string, count: number): Promise<void> {
  const events = Array.from({ length: count }, () => {
    counter += 1;
    const variant = counter % 2 === 0 ? "control" : "treatment";
    const unit = unitWith(`user-${counter}`, [{ key: experiment }, variant]);
    const properties = { plan: counter % 3 === 0 ? "free" : "paid" };
    return { id: `${counter}`, unit, experiment, variant, metrics: { task_success: 1 }, properties };
  });
  expect(await succeed("POST", "/v1/events", { events })).toMatchObject({ accepted: count });
  await env.AGGREGATOR.getByName(`${experiment}/0`).flush();
}

const verificationOf = (experiment: string) => ({ kind: "verification", experiment }) as const;
const verify = (experiment: string) => askLog(env.LOG_READER, verificationOf(experiment), verificationSchema);

afterEach(() => planFaults(NO_FAULTS));

describe("a reading of the log", () => {
  it("goes on after an eviction from where it was, and says what was so when it began", async () => {
    const { key } = await createExperiment();
    for (let chunk = 0; chunk < 3; chunk++) await logEvents(key, 300);
    const reading = await startReading(verificationOf(key));
    expect(await reading.takeShortSlice()).toBe("again");
    await evictDurableObject(reading.stub);
    await logEvents(key, 50);
    await succeed("POST", `/v1/experiments/${key}/stop`, { reason: "enough" });
    await runDurableObjectAlarm(reading.stub);
    expect(await reading.state()).toBe("done");
    const [result] = await runInDurableObject(reading.stub, (_instance, { storage }) =>
      storage.sql.exec("SELECT text FROM value WHERE name = 'result'").toArray(),
    );
    expect(JSON.parse(String(result?.text)).value).toMatchObject({ agrees: true, events: 900, units: 900 });
    // Nobody was told to wait for it, so that whoever asks now gets what is so now.
    expect(await verify(key)).toMatchObject({
      ok: true,
      value: { state: "done", value: { agrees: true, events: 950 } },
    });
  });

  it("is of what counted when it began where a stretch of time is excluded meanwhile", async () => {
    const { key } = await createExperiment();
    await logEvents(key, 300);
    const reading = await startReading(verificationOf(key));
    await reading.takeShortSlice();
    await expect
      .poll(async () => {
        const stretch = { from: Date.now() - 60_000, until: Date.now(), reason: "an outage" };
        return (await call("POST", `/v1/experiments/${key}/exclude`, stretch)).status;
      })
      .toBe(200);
    await runDurableObjectAlarm(reading.stub);
    const [result] = await runInDurableObject(reading.stub, (_instance, { storage }) =>
      storage.sql.exec("SELECT text FROM value WHERE name = 'result'").toArray(),
    );
    expect(JSON.parse(String(result?.text)).value).toMatchObject({ agrees: true, events: 300 });
    expect(await verify(key)).toMatchObject({ value: { value: { agrees: true, units: 0 } } });
  });

  it("begins anew where a unit is erased meanwhile: from the totals, and from the part of the log that it was reading", async () => {
    const { key } = await createExperiment();
    await logEvents(key, 300);
    const reading = await startReading(verificationOf(key));
    await reading.takeShortSlice();
    await eraseUnit(unitWith(`user-${counter}`, [{ key }, counter % 2 === 0 ? "control" : "treatment"]));
    await runDurableObjectAlarm(reading.stub);
    expect(await reading.state()).not.toBe("done");
    expect(await verify(key)).toMatchObject({ value: { value: { agrees: true, events: 299, units: 299 } } });
  });

  it("begins anew where a unit was erased from a part of the log that it had read", async () => {
    const { key } = await createExperiment();
    await logEvents(key, 20);
    const reading = await startReading(verificationOf(key));
    expect(await reading.takeAll()).toBe("done");
    await eraseUnit(unitWith(`user-${counter}`, [{ key }, counter % 2 === 0 ? "control" : "treatment"]));
    await runDurableObjectAlarm(reading.stub);
    expect(await reading.state()).not.toBe("done");
    expect(await verify(key)).toMatchObject({ value: { value: { agrees: true, events: 19, units: 19 } } });
  });

  it("outlives a log that cannot be read for a while", async () => {
    const { key } = await createExperiment();
    await logEvents(key, 300);
    const reading = await startReading(verificationOf(key));
    await reading.takeShortSlice();
    planFaults({ database: "LOG", refused: 1 });
    await runDurableObjectAlarm(reading.stub);
    expect(await reading.state()).toBe("running");
    await evictDurableObject(reading.stub);
    planFaults(NO_FAULTS);
    await runDurableObjectAlarm(reading.stub);
    expect(await reading.state()).toBe("done");
    expect(await verify(key)).toMatchObject({ value: { value: { agrees: true, events: 300 } } });
  });

  it("fails where the log can never be read, says so, and begins anew with whoever asks later", async () => {
    const { key } = await createExperiment();
    await logEvents(key, 10);
    const reading = await startReading(verificationOf(key));
    planFaults({ database: "LOG", refused: 1 });
    await expect
      .poll(async () => {
        await runDurableObjectAlarm(reading.stub);
        return reading.state();
      })
      .toBe("failed");
    planFaults(NO_FAULTS);
    expect(await verify(key)).toMatchObject({ value: { value: { agrees: true, events: 10 } } });
  });

  it("is one for all who ask at once, and given again until the log says something else", async () => {
    const { key } = await createExperiment();
    await logEvents(key, 20);
    const question: LogQuestion = { kind: "segments", experiment: key, source: "property", name: "plan" };
    const ask = async () => {
      const answer = await askLog(env.LOG_READER, question, segmentResultsSchema);
      if (!answer.ok || answer.value.state !== "done") throw new Error("there is no answer");
      return answer.value.value;
    };
    const [one, other] = await Promise.all([ask(), ask()]);
    expect(other).toEqual(one);
    expect(await ask()).toEqual(one);
    await logEvents(key, 1);
    const next = await ask();
    expect(next.takenAt).toBeGreaterThan(one.takenAt);
    expect(next.overall.events).toBe(21);
  });

  it("leaves nothing behind", async () => {
    const { key } = await createExperiment();
    await logEvents(key, 20);
    await verify(key);
    const stub = env.LOG_READER.getByName(readerName(verificationOf(key)));
    const tables = () =>
      runInDurableObject(stub, (_instance, { storage }) => {
        const query = "SELECT name FROM sqlite_master WHERE name IN ('value', 'unit')";
        return storage.sql.exec(query).toArray().length;
      });
    expect(await tables()).toBe(2);
    await runDurableObjectAlarm(stub);
    expect(await tables()).toBe(0);
    expect(await verify(key)).toMatchObject({ value: { value: { agrees: true, events: 20 } } });
  });

  it("leaves nothing behind either where somebody asks at the moment of its end, or where it cannot begin", async () => {
    const { key } = await createExperiment();
    await logEvents(key, 20);
    await verify(key);
    const question = verificationOf(key);
    const stub = env.LOG_READER.getByName(readerName(question));
    const alarmAfter = (work: (instance: LogReader, storage: DurableObjectStorage) => Promise<unknown>) =>
      runInDurableObject(stub, async (instance, { storage }) => {
        await work(instance, storage);
        return storage.getAlarm();
      });
    const whileAsked = await alarmAfter(async (instance, storage) => {
      const asked = instance.read(question);
      await storage.deleteAlarm();
      await instance.alarm();
      await asked;
    });
    expect(whileAsked).not.toBeNull();
    const notBegun = await alarmAfter(async (instance, storage) => {
      await storage.deleteAlarm();
      planFaults({ ...NO_FAULTS, refused: 1 });
      await instance.read({ ...question }).catch(() => undefined);
      planFaults(NO_FAULTS);
    });
    expect(notBegun).not.toBeNull();
  });
});
