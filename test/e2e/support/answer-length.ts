import type { ApiClient } from "#contract/client.ts";
import { bell, randomNumbers } from "#tools/random-numbers.ts";
import { createConfig } from "./create-config.ts";
import { createExperiment, startExperiment, untilAnalyzed } from "./experiment-setup.ts";
import { logOutcomes } from "./log-outcomes.ts";
import type { TestServer } from "./server.ts";

export const VARIANTS = ["detailed", "short", "bullets"] as const;
const UNITS = 600;

/** In a third of all answers, those in German, the short ones do worse though they do better overall. */
export async function logAnswers(admin: ApiClient, label: string, units: number): Promise<void> {
  const speed: Record<string, number> = { detailed: 1_800, short: 1_150, bullets: 1_700 };
  const random = randomNumbers(label.length + units);
  const outcome = (variant: string, index: number) => {
    const isGerman = index % 3 === 0;
    const success = variant === "short" ? (isGerman ? 0.2 : 0.95) : 0.5;
    return {
      metrics: {
        task_success: Number(random() < success),
        hallucination: Number(random() < 0.03),
        latency_ms: Math.round((speed[variant] ?? 0) * Math.exp(0.4 * bell(random))),
        cost_usd: 0.002 * Math.exp(0.3 * bell(random)),
      },
      properties: { language: isGerman ? "de" : index % 3 === 1 ? "en" : "fr" },
    };
  };
  await logOutcomes(
    admin,
    "answer-length",
    Object.fromEntries(VARIANTS.map((variant) => [variant, units])),
    outcome,
    label,
  );
}

/** An experiment of three variants, with outcomes and a first look at them. */
export async function prepareAnswerLength(server: TestServer): Promise<void> {
  const { admin } = server;
  await createConfig(admin, "support-answer", VARIANTS.length);
  await createExperiment(admin, {
    key: "answer-length",
    kind: "prompt",
    name: "Do shorter answers solve as many tickets?",
    config: "support-answer",
    variants: VARIANTS,
    metrics: [
      { metric: "task_success", role: "primary" },
      { metric: "hallucination", role: "guardrail", margin: { kind: "absolute", value: 0.05 } },
      { metric: "latency_ms", role: "guardrail", margin: { kind: "relative", value: 0.2 } },
      { metric: "cost_usd", role: "secondary" },
      { metric: "refusal", role: "secondary" },
    ],
    properties: ["language"],
    minimumUnits: 100_000,
    analysisIntervalSeconds: 60,
  });
  await startExperiment(admin, "answer-length");
  await logAnswers(admin, "first", UNITS);
  await untilAnalyzed(server, "answer-length", UNITS * VARIANTS.length);
}
