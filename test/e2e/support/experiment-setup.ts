import type { ApiClient } from "#contract/client.ts";
import { postExperiment, postStart } from "#contract/experiments.ts";
import { getSeries, type SeriesPoint } from "#contract/series.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { createVersions } from "./create-config.ts";
import { logOutcomes } from "./log-outcomes.ts";
import type { TestServer } from "./server.ts";
import { untilItWorks } from "./server-patience.ts";

/** An interval of a minute, and the time that a busy machine takes. */
const ANALYSIS_PATIENCE_MILLISECONDS = 120_000;

const PROMPT = "You answer customers of a bank. Be exact, be kind, and never promise what you cannot keep.";
const PARAMETERS = { temperature: 0.2 };
const VALUES = [
  { model: "small", system_prompt: PROMPT, parameters: PARAMETERS },
  { model: "large", system_prompt: `${PROMPT} Two sentences are enough.`, parameters: PARAMETERS },
];

/** A draft whose variants have equal weights and the AI config's versions in their order. */
export function createExperiment(
  admin: ApiClient,
  input: { key: string; config: string; variants: readonly string[]; [field: string]: unknown },
): Promise<Experiment> {
  const weight = 1 / input.variants.length;
  const variants = input.variants.map((key, index) => ({ key, version: index + 1, weight }));
  return admin.call(postExperiment, {
    body: { minimumDurationSeconds: 0, promotion: null, ...input, variants },
  });
}

export function startExperiment(admin: ApiClient, key: string): Promise<Experiment> {
  return admin.call(postStart, { params: { key } });
}

/** A draft of 'small' (control) against 'large', decided by nothing but what a test lets happen. */
export async function createDraft(
  admin: ApiClient,
  key: string,
  changes: Record<string, unknown> = {},
): Promise<Experiment> {
  await createVersions(admin, key, VALUES);
  return createExperiment(admin, {
    key,
    name: `Is the larger model worth it? (${key})`,
    hypothesis: "The larger model solves more tickets, at a cost that we can bear.",
    kind: "model",
    config: key,
    variants: ["small", "large"],
    metrics: [
      { metric: "task_success", role: "primary" },
      { metric: "error", role: "guardrail", margin: { kind: "absolute", value: 0.05 } },
      { metric: "latency_ms", role: "guardrail", margin: { kind: "relative", value: 0.2 } },
      { metric: "cost_usd", role: "secondary" },
    ],
    minimumUnits: 1_000_000,
    analysisIntervalSeconds: 60,
    ...changes,
  });
}

/** The same, started. */
export async function createRunning(
  admin: ApiClient,
  key: string,
  changes: Record<string, unknown> = {},
): Promise<Experiment> {
  await createDraft(admin, key, changes);
  return startExperiment(admin, key);
}

/** How one variant does, as shares and averages over its units. */
interface Arm {
  units: number;
  success: number;
  error: number;
}

/** Logs one event per unit; the nth unit of every arm has the same luck in every run. */
export function sendOutcomes(
  admin: ApiClient,
  key: string,
  arms: Readonly<Record<string, Arm>>,
  label = "first",
): Promise<void> {
  const happens = (index: number, share: number) => ((index * 0.618_034) % 1 < share ? 1 : 0);
  const units = Object.fromEntries(Object.entries(arms).map(([variant, arm]) => [variant, arm.units]));
  const outcome = (variant: string, index: number) => ({
    metrics: {
      task_success: happens(index, arms[variant]?.success ?? 0),
      error: happens(index + 7, arms[variant]?.error ?? 0),
      latency_ms: 800 + (index % 40) * 10,
      cost_usd: 0.002 + (index % 10) / 10_000,
    },
  });
  return logOutcomes(admin, key, units, outcome, label);
}

/** The treatment clearly wins, loses, or makes errors. */
export const WINNING = {
  small: { units: 300, success: 0.5, error: 0.01 },
  large: { units: 300, success: 0.85, error: 0.01 },
};
export const LOSING = {
  small: { units: 300, success: 0.85, error: 0.01 },
  large: { units: 300, success: 0.5, error: 0.01 },
};
export const HARMFUL = {
  small: { units: 300, success: 0.7, error: 0.01 },
  large: { units: 300, success: 0.7, error: 0.5 },
};

/** Runs the schedule, every second once more, until the stored looks are as asked for. */
async function runScheduleUntil(
  server: TestServer,
  key: string,
  check: (points: readonly SeriesPoint[]) => void,
): Promise<void> {
  let asked = 0;
  await untilItWorks(async () => {
    if (Date.now() - asked > 1_000) {
      server.runSchedule();
      asked = Date.now();
    }
    check((await server.admin.call(getSeries, { params: { key } })).points);
  }, ANALYSIS_PATIENCE_MILLISECONDS);
}

/**
 * Runs the schedule until the newest stored look holds that many units. One run is not enough: a look that came a moment
 * before the outcomes is the experiment's newest for as long as its interval.
 */
export function untilAnalyzed(server: TestServer, key: string, units: number): Promise<void> {
  return runScheduleUntil(server, key, (points) => {
    if (points.at(-1)?.units !== units) throw new Error(`not yet ${units}: ${points.at(-1)?.units}`);
  });
}

/** Runs the schedule until so many looks are stored. */
export function untilLooks(server: TestServer, key: string, looks: number): Promise<void> {
  return runScheduleUntil(server, key, (points) => {
    if (points.length < looks) throw new Error(`${points.length} looks of ${looks}`);
  });
}
