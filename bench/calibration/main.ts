import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ENGINE_VERSION } from "#analyzer/experiment/analyze.ts";
import { figuresOf } from "./figures.ts";
import { openProgress } from "./progress.ts";
import { mergeTallies, type Tally } from "./record.ts";
import { htmlReport } from "./report-html.ts";
import { reportTables } from "./report-table.ts";
import { MODES } from "./scenario.ts";
import { SCENARIOS } from "./scenarios.ts";
import { tasksOf } from "./task.ts";
import { performAll } from "./workers.ts";

/** Does the engine keep its promises? Simulates experiments whose truth is known and counts how often it errs. */
const { values: flags } = parseArgs({
  options: {
    runs: { type: "string", default: "2000" },
    seed: { type: "string", default: "1" },
    out: { type: "string", default: ".data/calibration" },
    scenario: { type: "string", multiple: true },
    threads: { type: "string", default: "2" },
  },
});

function wholeNumber(name: "runs" | "seed" | "threads"): number {
  const value = Number(flags[name]);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new Error(`--${name} must be a whole number from 1 on`);
}

const [runs, seed, threads] = [wholeNumber("runs"), wholeNumber("seed"), wholeNumber("threads")];
const wanted = flags.scenario;
const scenarios = SCENARIOS.filter(({ key }) => !wanted || wanted.includes(key));
const unknown = wanted?.find((name) => !SCENARIOS.some(({ key }) => key === name));
if (unknown)
  throw new Error(
    `there is no scenario '${unknown}'; there are ${SCENARIOS.map(({ key }) => key).join(", ")}`,
  );

const settings = scenarios.flatMap((scenario) =>
  MODES.map((mode) => ({ scenario, mode, tasks: tasksOf(scenario, mode, runs, seed) })),
);
const tallies = new Map<string, Tally>();
const progress = openProgress(runs * settings.length);
const started = performance.now();
await performAll(
  settings.flatMap(({ tasks }) => tasks),
  threads,
  ({ scenario, mode, from, to }, tally) => {
    const setting = `${scenario}, ${mode === "same" ? "A/A" : "A/B"}`;
    tallies.set(`${scenario}/${mode}`, mergeTallies(tallies.get(`${scenario}/${mode}`) ?? {}, tally));
    progress.advance(to - from, setting);
  },
);
progress.stop();

const seconds = Math.round((performance.now() - started) / 1_000);
const figures = settings.flatMap(({ scenario, mode }) =>
  figuresOf(scenario, mode, tallies.get(`${scenario.key}/${mode}`) ?? {}),
);
const report = {
  engineVersion: ENGINE_VERSION,
  runs,
  seed,
  seconds,
  scenarios: settings.map(({ scenario: { key, title, units, lookEvery }, mode, tasks }) => ({
    key,
    title,
    mode,
    units,
    lookEvery,
    effect: tasks[0]?.effect ?? 0,
  })),
  figures,
};
await mkdir(flags.out, { recursive: true });
await writeFile(join(flags.out, "calibration.json"), `${JSON.stringify(report, null, 2)}\n`);
await writeFile(join(flags.out, "calibration.html"), htmlReport(report));
console.log(reportTables(figures));
const missed = figures.filter(({ verdict }) => verdict === "missed");
console.log(
  `\n${runs} runs per scenario and mode, seed ${seed}, ${seconds} s; ${missed.length} bars missed.`,
);
console.log(`${join(flags.out, "calibration.html")}, ${join(flags.out, "calibration.json")}`);
// For those who run it in a script: a promise that is not kept is a failure.
if (missed.length > 0) process.exitCode = 1;
