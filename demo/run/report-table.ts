import Table from "cli-table3";
import type { Experiment } from "#model/experiment/experiment.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import { secondsToDecision } from "./decisions.ts";
import type { Effect, Finding } from "./finding.ts";

const DIGITS = 3;

function describeNumber(value: number | null, infinity: string): string {
  if (value === null) return infinity;
  const text = String(Number(value.toPrecision(DIGITS)));
  return (value > 0 ? `+${text}` : text).replace("-", "−");
}

/** An effect with its interval: in percentage points for proportions, otherwise in the metric's unit. */
export function describeEffect({ type, displayUnit }: MetricDefinition, effect: Effect | undefined): string {
  if (!effect) return "unknown";
  const isShare = type === "proportion";
  const show = (value: number | null, infinity: string): string =>
    describeNumber(value === null || !isShare ? value : value * 100, infinity);
  const interval = `[${show(effect.lower, "−∞")}, ${show(effect.upper, "+∞")}]`;
  return `${show(effect.estimate, "")} ${isShare ? "pp" : displayUnit} ${interval}`;
}

const VERBS = {
  promote: "promoted",
  advance: "advanced",
  rollback: "rolled back",
  stop: "stopped",
} as const;

/** A decision in words: what, which variant is live since, and who decided. */
export function describeDecision({ conclusion }: Experiment): string {
  if (!conclusion) return "undecided";
  return `${VERBS[conclusion.action]} by ${conclusion.actor}, ${conclusion.variant} is live`;
}

function decisionCell({ scenario, experiment: { conclusion }, asExpected, verification }: Finding): string {
  return [
    conclusion ? VERBS[conclusion.action] : "undecided",
    conclusion ? `by ${conclusion.actor}` : "",
    asExpected ? "" : `EXPECTED: ${VERBS[scenario.expected.action]}`,
    verification.agrees ? "" : "EVENT LOG DIFFERS",
  ]
    .filter((line) => line !== "")
    .join("\n");
}

const TITLE_WIDTH = 17;

/** The demo's result: what Bakeoff decided on a part of the data, against what all of the data say. */
export function reportTable(findings: readonly Finding[]): string {
  const table = new Table({
    head: [
      "experiment",
      "kind",
      "units",
      "effect, always-valid 95 %",
      "decision",
      "after",
      "full recording, 95 %",
    ],
    style: { head: [], border: [] },
    colWidths: [TITLE_WIDTH],
    colAligns: ["left", "left", "right", "left", "left", "right", "left"],
    wordWrap: true,
  });
  for (const finding of findings) {
    const { scenario, experiment, units, metrics } = finding;
    const seconds = secondsToDecision(experiment);
    table.push([
      scenario.title,
      scenario.experiment.kind,
      units,
      metrics
        .map(({ definition, observed }) => `${definition.key} ${describeEffect(definition, observed)}`)
        .join("\n"),
      decisionCell(finding),
      seconds === undefined ? "" : `${seconds} s`,
      metrics.map(({ definition, recorded }) => describeEffect(definition, recorded)).join("\n"),
    ]);
  }
  return table.toString();
}
