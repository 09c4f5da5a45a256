import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { emptyTotals } from "#analyzer/estimates/moments.ts";
import { Ledger } from "#ledger/ledger.ts";
import type { UnitState } from "#ledger/unit-state.ts";
import type { ExperimentTotals } from "#model/analysis/moments.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import { metric } from "#tools/builders/moments-builder.ts";

const DIRECTORY = join(import.meta.dirname, "../vectors/recorded");
const Z_TEST = "two-proportion z (pooled SE for p, unpooled Wald CI)";

/** One sample of a task that was answered several times. */
export const TRIAL = metric({ key: "trial" });

const pairSchema = z.tuple([z.number(), z.number()]);
const contrastSchema = z.strictObject({
  metric: z.string(),
  control: z.string(),
  treatment: z.string(),
  n: pairSchema,
  mean: pairSchema,
  diff: z.number(),
  relative: z.number().nullable(),
  test: z.enum(["Welch t", Z_TEST]),
  stat: z.number(),
  df: z.number().optional(),
  p: z.number(),
  se: z.number(),
  ci95: pairSchema,
  verdict: z.string(),
  trial_level: z
    .strictObject({
      trials: pairSchema,
      rate: pairSchema,
      diff: z.number(),
      naive_se: z.number(),
      naive_p: z.number(),
      cluster_se: z.number(),
      cluster_p: z.number(),
      cluster_ci95: pairSchema,
      design_effect: z.number(),
    })
    .optional(),
});
export type Contrast = z.infer<typeof contrastSchema>;

const statedVariantSchema = z.strictObject({
  n: z.int(),
  mean: z.number(),
  sd: z.number(),
  k: z.int().optional(),
});
/** By recording: what its authors computed from it with tools of their own. */
export const truth = z
  .record(
    z.string(),
    z.strictObject({
      variants: z.record(z.string(), z.record(z.string(), statedVariantSchema)),
      contrasts: z.array(contrastSchema),
      segments: z
        .record(z.string(), z.record(z.string(), z.strictObject({ n: z.int(), success: z.number() })))
        .optional(),
    }),
  )
  .parse(JSON.parse(readFileSync(join(DIRECTORY, "truth.json"), "utf8")));

const columnSchema = z.array(z.number().nullable());
const recordingSchema = z.strictObject({
  tasks: z.int(),
  segments: z.array(z.string()).optional(),
  arms: z.record(
    z.string(),
    z.looseObject({ trials: z.array(z.string().nullable()).optional() }).catchall(z.unknown()),
  ),
});

/** What one arm's task logs: one event with all its metrics, then one event for every sample. */
function eventsOf(arm: Record<string, unknown>, task: number): Record<string, number>[] {
  const { trials, ...columns } = arm;
  const values = Object.entries(columns).flatMap(([key, values]) => {
    const value = columnSchema.parse(values)[task];
    return value === null || value === undefined ? [] : [[key, value] as const];
  });
  const samples = z.array(z.string().nullable()).optional().parse(trials)?.[task] ?? "";
  return [
    ...(values.length > 0 ? [Object.fromEntries(values)] : []),
    ...[...samples].filter((sample) => sample !== "x").map((sample) => ({ trial: Number(sample) })),
  ];
}

/** The totals that the aggregator's own rules make of a recording. Every task of every arm is a unit of its own. */
export function totalsOf(dataset: string, metricDefinitions: readonly MetricDefinition[]): ExperimentTotals {
  const { arms, tasks } = recordingSchema.parse(
    JSON.parse(readFileSync(join(DIRECTORY, `${dataset}.json`), "utf8")),
  );
  const ledger = new Ledger([emptyTotals(Object.keys(arms))], metricDefinitions);
  for (const [v, arm] of Object.entries(arms)) {
    const parsed = Object.fromEntries(Object.entries(arm));
    for (let task = 0; task < tasks; task++) {
      const u = `${v}/${task}`;
      let state: UnitState | undefined;
      for (const [index, m] of eventsOf(parsed, task).entries()) {
        state = ledger.apply(state, {
          kind: "outcome",
          id: `${index}`,
          unit: u,
          variant: v,
          at: 0,
          receivedAt: 0,
          metrics: m,
        });
      }
    }
  }
  return ledger.totalsIn(0);
}

/** The metrics that contrasts are of. */
export function definitionsOf(contrasts: readonly Contrast[]): MetricDefinition[] {
  const kinds = new Map(contrasts.map((contrast) => [contrast.metric, contrast.test]));
  return [
    TRIAL,
    ...[...kinds].map(([key, test]) => metric({ key, type: test === Z_TEST ? "proportion" : "mean" })),
  ];
}

/** The recordings that there are, by their names in {@link truth}. */
export function recordingNames(): string[] {
  const files = readdirSync(DIRECTORY).filter((name) => name.endsWith(".json") && name !== "truth.json");
  return files.map((name) => name.replace(".json", ""));
}
