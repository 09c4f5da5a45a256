import type { EndedExperiment, Portfolio } from "#contract/portfolio.ts";
import { formatDifference } from "../metric-values.ts";
import { formatCount } from "../numbers.ts";
import { plainMarkdown as plain } from "./plain-markdown.ts";

const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);

/** The effect that counts: the winner's, or of all treatments the first one's. */
function effectOf({ effects, conclusion }: EndedExperiment): EndedExperiment["effects"][number] | undefined {
  return effects.find(({ variant }) => variant === conclusion.variant) ?? effects[0];
}

function row(experiment: EndedExperiment): string {
  const { name, outcome, metric, units, endedAt } = experiment;
  const effect = effectOf(experiment);
  const words = (value: { estimate: number; standardError: number } | null | undefined) =>
    metric && value ? plain(formatDifference(metric, value.estimate, value.standardError)) : "–";
  return [
    "",
    plain(name),
    outcome,
    effect ? plain(effect.variant) : "–",
    metric ? plain(metric.name) : "–",
    words(effect),
    words(effect?.shrunk),
    formatCount(units),
    dayOf(endedAt),
    "",
  ]
    .join(" | ")
    .trim();
}

function learned({ name, notes, conclusion, owner }: EndedExperiment): string {
  const by = owner === null ? "" : ` (${plain(owner)})`;
  const words = [conclusion.reason, notes].filter((text) => text.trim() !== "").map(plain);
  return `- **${plain(name)}**${by}: ${words.join(" ")}`;
}

/** What all experiments have shown, as a Markdown document. Pure. */
export function portfolioMarkdown({ outcomes, metrics, experiments }: Portfolio): string {
  const ended = experiments.length;
  return [
    "# Experiments",
    "",
    `${formatCount(ended)} ended: ${outcomes.won} won, ${outcomes.lost} lost, ${outcomes.undecided} undecided.`,
    "",
    "| experiment | outcome | variant | primary metric | effect | shrunk | units | ended |",
    "|---|---|---|---|---|---|---|---|",
    ...experiments.map(row),
    "",
    "Winners are picked because their estimates are large, so that these are too large on average. A shrunk effect is what remains of one, given how far all effects on the same primary metric lie from none.",
    "",
    ...metrics.map(({ metric, effects, spread }) =>
      spread === null
        ? `- ${plain(metric.name)}: ${effects} effects, too few to shrink by.`
        : `- ${plain(metric.name)}: ${effects} effects; true ones lie around none by ${plain(formatDifference(metric, spread, null))} (one standard deviation).`,
    ),
    "",
    "## What was learned",
    "",
    ...experiments.map(learned),
    "",
  ].join("\n");
}
