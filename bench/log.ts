import { getResults, getSegments, getVerification } from "#contract/results.ts";
import { createExperiment, type Installation, outcomeMaker, startInstallation } from "./http/installation.ts";
import { measureCapacity } from "./http/load.ts";
import { residentMegabytes } from "./http/runtime.ts";
import { wireRequest } from "./http/wire.ts";
import { median } from "./report/median.ts";
import type { Report } from "./report/report.ts";

const EXPERIMENT = "log";
const BATCH = 500;
const EVENTS_OF_UNIT = 5;
const COUNTRIES = ["at", "de", "fr", "it", "us"];
const ROUNDS = 5;
/** Later than any analysis is due. */
const HOUR_MILLISECONDS = 3_600_000;

/** Sends outcomes. @returns the milliseconds that parsing their JSON takes */
async function fill({ api, target, secret }: Installation, events: number): Promise<number> {
  await createExperiment(api, EXPERIMENT);
  const outcome = await outcomeMaker(api, EXPERIMENT);
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

/** What is computed from a log of so many outcomes, beside parsing the JSON that they came as; and the memory that it takes. */
export async function benchLog(report: Report, events: number): Promise<void> {
  const installation = await startInstallation();
  const { api, target, runSchedule } = installation;
  const params = { key: EXPERIMENT };
  const memory = () => residentMegabytes(target.pid);
  try {
    const empty = memory();
    const parsing = await fill(installation, events);
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
    const segments = () => api.call(getSegments, { params, query: { property: "country" } });
    add("segments", await timesOf(segments), "ms", reference);
    const verification = async () => {
      const { agrees } = await api.call(getVerification, { params });
      if (!agrees) throw new Error("the totals are not those of the log");
    };
    add("verify", await timesOf(verification), "ms", reference);
    add("memory of the runtime after all of that", memory(), "MB", { "before any": empty });
  } finally {
    await installation.stop();
  }
}
