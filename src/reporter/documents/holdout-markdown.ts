import type { HoldoutEffect, HoldoutResults } from "#contract/holdouts.ts";
import { formatDifference, formatInterval, formatValue } from "../metric-values.ts";
import { formatCount, formatPValueCell } from "../numbers.ts";
import { formatShare } from "../summarize-holdout.ts";
import { plainMarkdown as plain } from "./plain-markdown.ts";

const timeOf = (at: number) => new Date(at).toISOString();

function row({ definition, role, heldOut, comparison, difference, verdict }: HoldoutEffect): string {
  const value = (estimate: number | null) =>
    estimate === null ? "–" : plain(formatValue(definition, estimate, difference?.standardError ?? null));
  const change = difference
    ? [
        plain(formatDifference(definition, difference.estimate, difference.standardError)),
        plain(formatInterval(definition, difference.interval, difference.standardError)),
        formatPValueCell(difference.pValue),
      ]
    : ["–", "–", "–"];
  const cells = [
    plain(definition.name),
    role,
    value(heldOut.estimate),
    value(comparison.estimate),
    ...change,
  ];
  return `| ${[...cells, verdict].join(" | ")} |`;
}

/** What a holdout has shown, as a Markdown document. Pure. */
export function holdoutMarkdown({
  holdout,
  summary,
  takenAt,
  effects,
  shipped,
  analysis,
}: HoldoutResults): string {
  const { name, description, share, configs, startedAt, endedAt } = holdout;
  const until = endedAt === null ? "" : ` · ended ${timeOf(endedAt)}`;
  return [
    `# ${plain(name)}`,
    "",
    plain(summary),
    "",
    ...(description === "" ? [] : [plain(description), ""]),
    `Held out: ${formatShare(share)} of units · since ${timeOf(startedAt)}${until} · units: ${formatCount(analysis.units)} · as of ${timeOf(takenAt)}`,
    "",
    "| metric | role | held out | everybody else | difference | always-valid interval | p | verdict |",
    "|---|---|---|---|---|---|---|---|",
    ...effects.map(row),
    "",
    "## Shipped since the start",
    "",
    ...(shipped.length === 0 ? ["Nothing."] : []),
    ...shipped.map(({ at, config, from, to, experiment, origin }) => {
      const by = origin ?? experiment;
      return `- ${timeOf(at)}: ${plain(config)}, version ${from} → ${to}${by === null ? ", by hand" : `, by ${plain(by)}`}`;
    }),
    "",
    "## AI configs",
    "",
    ...configs.map(
      ({ config, heldVersion, liveVersion }) =>
        `- ${plain(config)}: version ${heldVersion} is held, version ${liveVersion} is live`,
    ),
    "",
    `Split: ${analysis.sampleRatio.verdict} · multiple exposures: ${analysis.multipleExposureUnits} · engine ${analysis.engineVersion}`,
    "",
  ].join("\n");
}
