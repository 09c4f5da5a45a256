import { setTimeout as pause } from "node:timers/promises";
import { getResults, getSegments, getVerification } from "#contract/results.ts";
import { createExperiment, type Installation, outcomeMaker, startInstallation } from "./http/installation.ts";
import { measureCapacity, type Target } from "./http/load.ts";
import { residentMegabytes } from "./http/runtime.ts";
import { Connection, wireRequest } from "./http/wire.ts";
import { median } from "./report/median.ts";
import type { Report } from "./report/report.ts";

const EXPERIMENT = "log";
const BATCH = 500;
const EVENTS_OF_UNIT = 5;
const COUNTRIES = ["at", "de", "fr", "it", "us"];
const ROUNDS = 5;
const QUIET_MILLISECONDS = 2_000;
const ASSIGNMENT_EVERY_MILLISECONDS = 20;
/** Later than any analysis is due. */
const HOUR_MILLISECONDS = 3_600_000;

/** Sends outcomes to an experiment of its own. @returns the milliseconds that parsing their JSON takes */
export async function fillLog(
  { api, target, secret }: Pick<Installation, "api" | "secret"> & { target: Pick<Target, "port"> },
  experiment: string,
  events: number,
): Promise<number> {
  await createExperiment(api, experiment);
  const outcome = await outcomeMaker(api, experiment);
  const units = Math.ceil(events / EVENTS_OF_UNIT);
  let parsing = 0;
  let index = 0;
  function* requests() {
    while (index < events) {
      const batch = Array.from({ length: Math.min(BATCH, events - index) }, () => ({
        ...outcome(`unit-${index % units}`),
        properties: { country: COUNTRIES[index++ % COUNTRIES.length] },
      }));
      const text = JSON.stringify({ events: batch });
      const began = performance.now();
      const parsed: unknown = JSON.parse(text);
      parsing += performance.now() - began;
      yield wireRequest("/v1/events", secret, parsed);
    }
  }
  await measureCapacity(target, requests(), { connections: 4, seconds: Number.POSITIVE_INFINITY });
  return parsing;
}

async function timesOf(work: () => Promise<unknown>, rounds = ROUNDS): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const began = performance.now();
    await work();
    times.push(performance.now() - began);
  }
  return median(times);
}

interface Watched {
  milliseconds: number;
  /** Of assignments that were asked for meanwhile, one after the other. */
  p50: number;
  slowest: number;
  megabytes: number;
}

/** Does work that takes long, once, and watches what assignments take meanwhile, and the most memory. */
async function watch({ target, secret }: Installation, work: () => Promise<unknown>): Promise<Watched> {
  const connection = new Connection(target.port);
  const request = wireRequest("/v1/assign", secret, { unit: "somebody", config: EXPERIMENT });
  const times: number[] = [];
  let megabytes = 0;
  let isDone = false;
  const began = performance.now();
  const done = work().finally(() => {
    isDone = true;
  });
  while (!isDone) {
    const asked = performance.now();
    await connection.send(request);
    times.push(performance.now() - asked);
    megabytes = Math.max(megabytes, residentMegabytes(target.pid));
    await pause(ASSIGNMENT_EVERY_MILLISECONDS);
  }
  await done;
  connection.close();
  return {
    milliseconds: performance.now() - began,
    p50: median(times),
    slowest: Math.max(...times),
    megabytes,
  };
}

/** What is computed from a log of so many outcomes, beside parsing the JSON that they came as; and the memory that it takes. */
export async function benchLog(report: Report, events: number): Promise<void> {
  const installation = await startInstallation();
  const { api, target, runSchedule } = installation;
  const params = { key: EXPERIMENT };
  const memory = () => residentMegabytes(target.pid);
  try {
    const empty = memory();
    const parsing = await fillLog(installation, EXPERIMENT, events);
    const add = (name: string, value: number, unit: string, references = {}) =>
      report.add({ bench: "log", name: `${name}, ${events} events`, value, unit, references });
    const reference = { "parsing their JSON": parsing };
    add("memory of the runtime", memory(), "MB", { "before any": empty });
    add("results", await timesOf(() => api.call(getResults, { params })), "ms", reference);
    let ticks = 0;
    const tick = () => {
      ticks += 1;
      return runSchedule(Date.now() + ticks * HOUR_MILLISECONDS);
    };
    add("tick of the schedule", await timesOf(tick), "ms", reference);
    const quiet = await watch(installation, () => pause(QUIET_MILLISECONDS));
    // Once: an answer is remembered for as long as the log says the same.
    const heavy = async (name: string, work: () => Promise<unknown>) => {
      const { milliseconds, p50, slowest, megabytes } = await watch(installation, work);
      add(name, milliseconds, "ms", reference);
      add(`assignments during ${name}, p50`, p50, "ms", { "without it": quiet.p50 });
      add(`assignments during ${name}, slowest`, slowest, "ms", { "without it": quiet.slowest });
      add(`most memory during ${name}`, megabytes, "MB", { "before it": quiet.megabytes });
    };
    await heavy("segments", () => api.call(getSegments, { params, query: { property: "country" } }));
    await heavy("verify", async () => {
      const { agrees } = await api.call(getVerification, { params });
      if (!agrees) throw new Error("the totals are not those of the log");
    });
    add("memory of the runtime after all of that", memory(), "MB", { "before any": empty });
  } finally {
    await installation.stop();
  }
}
