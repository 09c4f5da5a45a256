import type { Report } from "../report/report.ts";
import { reportCapacity } from "./compare.ts";
import { createExperiment, outcomeMaker, startInstallation } from "./installation.ts";
import { startReference } from "./reference-worker.ts";
import { wireRequest } from "./wire.ts";

const RETURNING = 2_000;
const SECONDS = 0.8;

interface Case {
  name: string;
  size: number;
  connections: number;
  shards?: number;
  unitOf: (index: number) => string;
}

const newUnit = (index: number) => `unit-${index}`;
const CASES: readonly Case[] = [
  { name: "one a request, new units", size: 1, connections: 64, unitOf: newUnit },
  { name: "10 a request, new units", size: 10, connections: 16, unitOf: newUnit },
  { name: "100 a request, new units", size: 100, connections: 8, unitOf: newUnit },
  { name: "1,000 a request, new units", size: 1_000, connections: 4, unitOf: newUnit },
  {
    name: "100 a request, returning units",
    size: 100,
    connections: 8,
    unitOf: (index) => `unit-${index % RETURNING}`,
  },
  { name: "100 a request, one unit", size: 100, connections: 8, unitOf: () => "unit" },
  { name: "100 a request, new units, 4 shards", size: 100, connections: 8, shards: 4, unitOf: newUnit },
];

/** Outcomes with six metrics by HTTP, beside a Worker that puts the same bytes into a Durable Object's table and counts nothing. */
export async function benchEvents(report: Report): Promise<void> {
  const [own, raw] = [await startInstallation(), await startReference("raw-table")];
  try {
    for (const [number, { name, size, connections, shards = 1, unitOf }] of CASES.entries()) {
      const experiment = `events-${number}`;
      await createExperiment(own.api, experiment, shards);
      const outcome = await outcomeMaker(own.api, experiment);
      let index = 0;
      function* requests(): Generator<Buffer> {
        for (;;) {
          const events = Array.from({ length: size }, () => outcome(unitOf(index++)));
          yield wireRequest("/v1/events", own.secret, { events });
        }
      }
      const contenders = [
        { name: "Bakeoff", target: own.target, requests },
        { name: "raw rows", target: raw.target, requests },
      ];
      await reportCapacity(report, "events", name, contenders, { connections, seconds: SECONDS, size });
    }
  } finally {
    await Promise.all([own.stop(), raw.stop()]);
  }
}
