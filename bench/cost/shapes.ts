import { setTimeout as pause } from "node:timers/promises";
import { createExperiment, outcomeMaker } from "../http/installation.ts";
import { measureCapacity } from "../http/load.ts";
import { Connection, wireRequest } from "../http/wire.ts";
import type { CountedInstallation } from "./counted-installation.ts";

/** A kind of traffic whose cost is counted. */
export interface Shape {
  name: string;
  /** How many of them are sent, of so many that a large run sends. */
  count: (large: number) => number;
  prepare: (installation: CountedInstallation, count: number) => Promise<() => Promise<void>>;
}

const BATCH = 100;
const EVENTS_OF_RETURNING = 10;
/** Slower than the delay of an alarm, so that none serves two requests. */
const TRICKLE_MILLISECONDS = 1_200;
const LOOKS = 30;
const ANALYSIS_INTERVAL_MILLISECONDS = 300_000;
const TRICKLES = 20;
const TRICKLED = 20;
/** So that assignments of the experiment are served from memory everywhere. */
const UNTIL_SERVED_MILLISECONDS = 3_000;

function* batches(path: string, secret: string, name: string, entries: Iterable<object>, size: number) {
  let batch: object[] = [];
  for (const entry of entries) {
    batch.push(entry);
    if (batch.length < size) continue;
    yield wireRequest(path, secret, { [name]: batch });
    batch = [];
  }
}

function sendAll({ target }: CountedInstallation, requests: Iterator<Buffer>, connections: number) {
  const seconds = Number.POSITIVE_INFINITY;
  return async () => void (await measureCapacity(target, requests, { connections, seconds }));
}

function outcomes(key: string, size: number, unitOf: (index: number) => string): Shape["prepare"] {
  return async (installation, count) => {
    await createExperiment(installation.api, key);
    const outcome = await outcomeMaker(installation.api, key);
    const entries = Array.from({ length: count }, (_, index) => outcome(unitOf(index)));
    const requests = batches("/v1/events", installation.secret, "events", entries, size);
    return sendAll(installation, requests, size === 1 ? 64 : 8);
  };
}

function assignments(key: string, unitOf: (index: number) => string): Shape["prepare"] {
  return async (installation, count) => {
    await createExperiment(installation.api, key);
    await pause(UNTIL_SERVED_MILLISECONDS);
    function* requests() {
      for (let index = 0; index < count; index++)
        yield wireRequest("/v1/assign", installation.secret, { config: key, unit: unitOf(index) });
    }
    return sendAll(installation, requests(), 64);
  };
}

const unit = (index: number) => `unit-${index}`;

export const SHAPES: readonly Shape[] = [
  {
    name: "looks of the schedule at a running experiment",
    count: () => LOOKS,
    prepare: async (installation) => {
      const send = await outcomes("looked-at", BATCH, unit)(installation, BATCH * 10);
      await send();
      return async () => {
        const now = Date.now();
        for (let look = 1; look <= LOOKS; look++)
          await installation.runSchedule(now + look * ANALYSIS_INTERVAL_MILLISECONDS);
      };
    },
  },
  {
    name: `exposures, ${BATCH} a request, new units`,
    count: (large) => large,
    prepare: async (installation, count) => {
      const key = "exposures";
      await createExperiment(installation.api, key);
      const outcome = await outcomeMaker(installation.api, key);
      const entries = Array.from({ length: count }, (_, index) => {
        const { variant } = Object(outcome(unit(index)));
        return { experiment: key, unit: unit(index), variant };
      });
      const requests = batches("/v1/exposures", installation.secret, "exposures", entries, BATCH);
      return sendAll(installation, requests, 8);
    },
  },
  {
    name: `outcomes, ${BATCH} a request, new units`,
    count: (large) => large,
    prepare: outcomes("new", BATCH, unit),
  },
  {
    name: `outcomes, ${BATCH} a request, ${EVENTS_OF_RETURNING} of each unit`,
    count: (large) => large,
    // Those of a unit come far apart.
    prepare: (installation, count) =>
      outcomes("returning", BATCH, (index) => unit(index % (count / EVENTS_OF_RETURNING)))(
        installation,
        count,
      ),
  },
  {
    name: "outcomes, one a request, new units, many a second",
    count: (large) => large / 5,
    prepare: outcomes("single", 1, unit),
  },
  {
    name: "outcomes, one a request, new units, fewer than one a second in each experiment",
    count: () => TRICKLES * TRICKLED,
    prepare: async (installation) => {
      const makers: ((unit: string) => object)[] = [];
      for (let index = 0; index < TRICKLES; index++) {
        await createExperiment(installation.api, `trickle-${index}`);
        makers.push(await outcomeMaker(installation.api, `trickle-${index}`));
      }
      const connection = new Connection(installation.target.port);
      return async () => {
        for (let index = 0; index < TRICKLED; index++) {
          for (const outcome of makers) {
            const events = [outcome(unit(index))];
            await connection.send(wireRequest("/v1/events", installation.secret, { events }));
          }
          await pause(TRICKLE_MILLISECONDS);
        }
        connection.close();
      };
    },
  },
  {
    name: "assignments, one a request, new units",
    count: (large) => large / 5,
    prepare: assignments("assign-new", unit),
  },
  {
    name: "assignments, one a request, units that come back",
    count: (large) => large,
    prepare: assignments("assign-returning", (index) => unit(index % 500)),
  },
];
