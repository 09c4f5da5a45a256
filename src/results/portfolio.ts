import { type EstimatedEffect, shrinkEffect, spreadOfEffects } from "#analyzer/estimates/shrink.ts";
import type { EndedExperiment, Portfolio } from "#contract/portfolio.ts";
import { shorten } from "#shared/shorten.ts";
import type { Database } from "#store/database.ts";
import { type EndedRow, readPortfolioRows } from "#store/portfolio.ts";

/** Of a thousand experiments the notes would be megabytes. */
const MAXIMUM_NOTE_CHARACTERS = 500;

type Metric = NonNullable<EndedExperiment["metric"]>;
type Effect = EstimatedEffect & { variant: string };

function outcomeOf({ conclusion, control }: EndedRow): EndedExperiment["outcome"] {
  if (conclusion.action === "rollback") return "lost";
  return conclusion.action === "promote" && conclusion.variant !== control ? "won" : "undecided";
}

/** The effects that were found; without an error there is nothing to weigh one by. */
function effectsOf({ latestSummary }: EndedRow): Effect[] {
  return (latestSummary?.primary?.comparisons ?? []).flatMap(({ variant, estimate, standardError }) =>
    estimate === null || standardError === null || standardError === 0
      ? []
      : [{ variant, estimate, standardError }],
  );
}

/** Metrics of the same key may have been changed in what their values mean: those are told apart. */
const groupOf = ({ key, type, displayUnit }: Metric) => JSON.stringify([key, type, displayUnit]);

/** What ended experiments have shown together. Pure. @param ended the newest first */
export function portfolioOf(ended: readonly EndedRow[], statuses: Portfolio["statuses"]): Portfolio {
  const groups = new Map<string, { metric: Metric; effects: Effect[] }>();
  for (const row of ended) {
    const metric = row.latestSummary?.primary?.metric;
    if (!metric) continue;
    const group = groups.get(groupOf(metric)) ?? { metric, effects: [] };
    group.effects.push(...effectsOf(row));
    groups.set(groupOf(metric), group);
  }
  const spreads = new Map([...groups].map(([name, { effects }]) => [name, spreadOfEffects(effects)]));
  const toExperiment = (row: EndedRow): EndedExperiment => {
    const { key, name, kind, config, startedAt, endedAt, labels, latestSummary, conclusion } = row;
    const { owner, tags, notes } = labels;
    const { action, variant, reason } = conclusion;
    const metric = latestSummary?.primary?.metric ?? null;
    const spread = metric ? spreads.get(groupOf(metric)) : undefined;
    return {
      ...{ key, name, kind, config, startedAt, endedAt, owner, tags, metric },
      notes: shorten(notes, MAXIMUM_NOTE_CHARACTERS),
      outcome: outcomeOf(row),
      units: latestSummary?.units ?? 0,
      conclusion: { action, variant, reason },
      effects: effectsOf(row).map((effect) => ({
        ...effect,
        shrunk: spread === undefined ? null : shrinkEffect(effect, spread),
      })),
    };
  };
  const experiments = ended.map(toExperiment);
  const count = (wanted: EndedExperiment["outcome"]) =>
    experiments.filter(({ outcome }) => outcome === wanted).length;
  return {
    statuses,
    outcomes: { won: count("won"), lost: count("lost"), undecided: count("undecided") },
    metrics: [...groups].map(([name, { metric, effects }]) => ({
      metric,
      effects: effects.length,
      spread: spreads.get(name) ?? null,
    })),
    experiments,
  };
}

/** The portfolio of the installation. @param tag only experiments that have it */
export async function readPortfolio(database: Database, tag: string | undefined): Promise<Portfolio> {
  const { ended, statuses } = await readPortfolioRows(database, tag);
  return portfolioOf(ended, statuses);
}
