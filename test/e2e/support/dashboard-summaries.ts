import { type ExperimentSummary, experimentSummarySchema } from "#contract/lists.ts";
import { type Overview, overviewSchema } from "#contract/overview.ts";
import { type Portfolio, portfolioSchema } from "#contract/portfolio.ts";
import type { ExperimentKind, ExperimentStatus } from "#model/experiment/experiment.ts";

const DAY = 86_400_000;
const STATUSES: readonly ExperimentStatus[] = [
  "running",
  "promoted",
  "rolled_back",
  "stopped",
  "draft",
  "paused",
];
const KINDS: readonly ExperimentKind[] = ["prompt", "model", "parameters", "system_prompt", "context"];
const QUESTIONS = [
  "Do shorter answers solve as many tickets?",
  "Is the smaller model good enough for triage?",
  "Does a friendlier tone satisfy more?",
  "Do more retrieved passages ground the answer?",
  "Which temperature repeats itself least?",
];

/** An experiment as the list tells it. @param changes on top of a running experiment that is undecided */
export function summary(changes: Partial<ExperimentSummary> = {}, now = Date.now()): ExperimentSummary {
  return experimentSummarySchema.parse({
    key: "answer-length",
    name: "Do shorter answers solve as many tickets?",
    kind: "prompt",
    config: "support-answer",
    status: "running",
    revision: 3,
    control: "detailed",
    variants: [
      { key: "detailed", version: 1 },
      { key: "short", version: 2 },
    ],
    createdAt: now - 4 * DAY,
    updatedAt: now - DAY,
    startedAt: now - 3 * DAY,
    endedAt: null,
    latestSummary: {
      takenAt: now - 30_000,
      units: 12_359,
      action: "continue",
      reason: "undecided",
      summary: "Goes on: 'short' is ahead on task success by 1.8 pp, which may still be chance.",
      guardrails: { safe: 3, unclear: 1, harmed: 0 },
      primary: {
        metric: {
          key: "task_success",
          name: "Task success",
          type: "proportion",
          direction: "increase",
          displayUnit: "",
        },
        comparisons: [
          {
            variant: "short",
            estimate: 0.018,
            standardError: 0.009,
            alwaysValid: { lower: -0.012, upper: 0.048 },
          },
        ],
      },
    },
    ...changes,
  });
}

/** Many experiments, the first the newest, of every status and kind in turn; every seventh has markup for a name. */
export function manySummaries(count: number, now = Date.now()): ExperimentSummary[] {
  return Array.from({ length: count }, (_, index) => {
    const status = STATUSES[index % STATUSES.length] ?? "running";
    const estimate = ((index * 37) % 100) / 1_000 - 0.05;
    const base = summary({}, now);
    const reading = base.latestSummary;
    return summary(
      {
        key: `experiment-${index}`,
        name: `${QUESTIONS[index % QUESTIONS.length]} No. ${index}`,
        kind: KINDS[index % KINDS.length] ?? "prompt",
        config: `config-${index % 40}`,
        status,
        createdAt: now - index * 60_000,
        endedAt: ["promoted", "rolled_back", "stopped"].includes(status) ? now - 1_000 : null,
        startedAt: status === "draft" ? null : now - DAY,
        latestSummary:
          status === "draft" || !reading?.primary
            ? null
            : {
                ...reading,
                units: 1_000 + ((index * 7_919) % 90_000),
                takenAt: now - index * 1_000,
                primary: {
                  ...reading.primary,
                  comparisons: [
                    {
                      variant: "short",
                      estimate,
                      standardError: 0.01,
                      alwaysValid: { lower: estimate - 0.03, upper: estimate + 0.03 },
                    },
                  ],
                },
              },
      },
      now,
    );
  });
}

/** The first page's answer with these experiments running. */
export function overviewOf(
  experiments: readonly ExperimentSummary[],
  changes: Partial<Overview> = {},
  now = Date.now(),
): Overview {
  const counts = { draft: 0, running: 0, paused: 0, promoted: 0, rolled_back: 0, stopped: 0 };
  for (const { status } of experiments) counts[status]++;
  return overviewSchema.parse({
    takenAt: now,
    counts,
    active: experiments
      .filter(({ status }) => status === "running" || status === "paused")
      .map((experiment) => ({
        experiment,
        traffic: Array.from({ length: 24 }, (_, point) => ({
          at: now - 3 * DAY + point * (DAY / 8),
          units: Math.round(point * 500 + 300 * Math.sin(point)) + 300,
        })),
        unitsPerDay: 4_120,
        forecast: { status: "expected", basis: "observed_difference", units: 21_000, days: 5.1 },
      })),
    decisions: [],
    attention: [],
    ...changes,
  });
}

/** Two ended experiments, as the portfolio tells them. */
export function portfolio(): Portfolio {
  const { latestSummary } = summary();
  const metric = latestSummary?.primary?.metric ?? null;
  const ended = {
    kind: "prompt",
    config: "support-answer",
    startedAt: Date.now() - 3 * DAY,
    endedAt: Date.now() - DAY,
    units: 12_359,
    owner: "Support team",
    tags: ["tone"],
    notes: "Ask again in spring.",
    metric,
  };
  const effect = (estimate: number, shrunk: number) => [
    {
      variant: "short",
      estimate,
      standardError: 0.009,
      shrunk: { estimate: shrunk, standardError: 0.008 },
    },
  ];
  return portfolioSchema.parse({
    statuses: { promoted: 1, rolled_back: 1 },
    outcomes: { won: 1, lost: 1, undecided: 0 },
    metrics: [{ metric, effects: 6, spread: 0.015 }],
    experiments: [
      {
        ...ended,
        key: "shorter",
        name: "Shorter answers",
        outcome: "won",
        conclusion: { action: "promote", variant: "short", reason: "It was better." },
        effects: effect(0.04, 0.03),
      },
      {
        ...ended,
        key: "cheaper",
        name: "A cheaper model",
        outcome: "lost",
        owner: null,
        tags: [],
        conclusion: { action: "rollback", variant: "detailed", reason: "It did harm." },
        effects: effect(-0.05, -0.04),
      },
    ],
  });
}
