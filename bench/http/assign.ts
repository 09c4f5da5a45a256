import { median } from "../report/median.ts";
import type { Report } from "../report/report.ts";
import { type Contender, reportCapacity } from "./compare.ts";
import { createExperiment, startInstallation } from "./installation.ts";
import { measureLatency } from "./load.ts";
import { startReference } from "./reference-worker.ts";
import { wireRequest } from "./wire.ts";

const EXPERIMENT = "bench";
/** So few units that every isolate soon knows them. */
const RETURNING = 500;
const BATCH = 100;
const CONNECTIONS = 64;
const SECONDS = 0.6;
const LATENCY_ROUNDS = 5;
const LATENCY_CONNECTIONS = 256;
/** Of what Bakeoff answers at most. */
const SHARES = [0.25, 0.5, 0.75];

type UnitOf = (index: number) => string;
interface Shape {
  name: string;
  path: string;
  size: number;
  body: (unitOf: () => string) => object;
}

const one = (unit: string) => ({ config: EXPERIMENT, unit });
const SHAPES: readonly Shape[] = [
  { name: "single", path: "/v1/assign", size: 1, body: (unitOf) => one(unitOf()) },
  {
    name: `batch of ${BATCH}`,
    path: "/v1/assign",
    size: BATCH,
    body: (unitOf) => ({ requests: Array.from({ length: BATCH }, () => one(unitOf())) }),
  },
  {
    name: "OFREP",
    path: `/ofrep/v1/evaluate/flags/${EXPERIMENT}`,
    size: 1,
    body: (unitOf) => ({ context: { targetingKey: unitOf() } }),
  },
];

const UNITS: Record<string, UnitOf> = {
  "returning units": (index) => `user-${index % RETURNING}`,
  "new units": (index) => `new-${index}`,
};

/** Assignments by HTTP, beside a Worker that echoes the same JSON and one that evaluates with GrowthBook's SDK. */
export async function benchAssign(report: Report): Promise<void> {
  const [own, echo, growthbook] = [
    await startInstallation(),
    await startReference("echo"),
    await startReference("growthbook"),
  ];
  let index = 0;
  try {
    await createExperiment(own.api, EXPERIMENT);
    for (const { name, path, size, body } of SHAPES) {
      for (const [units, unitOf] of Object.entries(UNITS)) {
        function* requests(): Generator<Buffer> {
          for (;;)
            yield wireRequest(
              path,
              own.secret,
              body(() => unitOf(index++)),
            );
        }
        const contenders: Contender[] = [
          { name: "Bakeoff", target: own.target, requests },
          { name: "echo", target: echo.target, requests },
          { name: "GrowthBook's SDK", target: growthbook.target, requests },
        ];
        const how = { connections: CONNECTIONS, seconds: SECONDS, size };
        const rate = await reportCapacity(report, "assign", `${name}, ${units}`, contenders, how);
        if (name === "single") await reportLatency(report, `${name}, ${units}`, contenders, rate);
      }
    }
  } finally {
    await Promise.all([own.stop(), echo.stop(), growthbook.stop()]);
  }
}

async function reportLatency(
  report: Report,
  name: string,
  contenders: readonly Contender[],
  capacity: number,
): Promise<void> {
  for (const share of SHARES) {
    const rate = Math.round(capacity * share);
    const measured = contenders.map((): { p50: number; p99: number }[] => []);
    for (let round = 0; round < LATENCY_ROUNDS; round++) {
      for (const [index, { target, requests }] of contenders.entries()) {
        const how = { rate, seconds: SECONDS, connections: LATENCY_CONNECTIONS };
        measured[index]?.push(await measureLatency(target, requests(), how));
      }
    }
    for (const quantile of ["p50", "p99"] as const) {
      const [value = Number.NaN, ...others] = measured.map((rounds) =>
        median(rounds.map((round) => round[quantile])),
      );
      report.add({
        bench: "assign",
        name: `${name}, ${quantile} at ${rate} a second (${share * 100} % of capacity)`,
        value,
        unit: "ms",
        references: Object.fromEntries(
          others.map((compared, index) => [contenders[index + 1]?.name ?? "", compared]),
        ),
      });
    }
  }
}
