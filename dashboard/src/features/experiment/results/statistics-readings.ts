import {
  exactInterval,
  exactValue,
  formatDifference,
  formatInterval,
  formatRelative,
  formatRelativeInterval,
} from "#dashboard/format/metric-value.ts";
import { formatChance, formatExact, formatFixed, formatPValue } from "#dashboard/format/number.ts";
import { unavailableWords } from "#dashboard/format/words.ts";
import type { Comparison, Difference, Interval, MetricAnalysis } from "#model/analysis/analysis.ts";
import { confidenceWords, methodWords } from "./metric-titles.ts";
import {
  type Corrected,
  cellsOf,
  differenceReadings,
  FINER,
  NOT_APPLICABLE,
  pValueCell,
  type Reading,
  type ReadingGroup,
  type StatisticsCell,
} from "./statistics-cells.ts";

function mainGroup({ definition, comparisons }: MetricAnalysis, alpha: number): ReadingGroup {
  const confidence = confidenceWords(alpha);
  const { reading, intervalCell, estimate, alwaysValid, oneLook } = differenceReadings(
    definition,
    comparisons,
    ({ difference }) => difference,
    confidence,
  );
  const [family] = comparisons.flatMap(({ difference }) =>
    difference.status === "ok" && difference.corrected !== null ? [difference.corrected.familySize] : [],
  );
  const correctedReadings = (
    kind: string,
    choose: (corrected: Corrected) => Pick<Corrected, "pValue" | "interval">,
  ): Reading[] => {
    if (family === undefined || family === 1) return [];
    const ofFamily =
      (show: (corrected: ReturnType<typeof choose>, error: number) => StatisticsCell) =>
      (difference: Difference) =>
        difference.corrected === null
          ? NOT_APPLICABLE
          : show(choose(difference.corrected), difference.standardError);
    return [
      reading(
        `Interval, ${kind}, corrected`,
        `All ${family} treatments' intervals hold together: each at alpha / ${family}.`,
        ofFamily((corrected, error) => intervalCell(corrected.interval, error)),
      ),
      reading(
        `p-value, ${kind}, corrected`,
        `For ${family} treatments having been tried (Holm).`,
        ofFamily((corrected) => pValueCell(corrected.pValue)),
      ),
    ];
  };
  return {
    title: "Difference",
    about: "Treatment minus control. The always-valid numbers decide.",
    readings: [
      estimate,
      reading("Standard error", "How far the difference typically strays by chance.", (difference) => ({
        text: formatDifference(
          definition,
          difference.standardError,
          difference.standardError / FINER,
        ).replace("+", ""),
        exact: exactValue(definition, difference.standardError),
      })),
      reading("Degrees of freedom", "How well the standard error itself is known.", (difference) => ({
        text: formatFixed(difference.degreesOfFreedom, difference.degreesOfFreedom < 100 ? 1 : 0),
        exact: `${formatExact(difference.degreesOfFreedom)}\n${methodWords[difference.method]}`,
      })),
      ...alwaysValid,
      ...correctedReadings("always valid", (corrected) => corrected.alwaysValid),
      reading("p-value, all looks so far", "The smallest always-valid p-value of any look.", (difference) =>
        pValueCell(difference.running.pValue),
      ),
      reading(
        "Interval, all looks so far",
        "What every look's always-valid interval has in common.",
        (difference) =>
          difference.running.interval === null
            ? { text: "No effect fits all looks", exact: null }
            : intervalCell(difference.running.interval, difference.standardError),
      ),
      ...oneLook,
      ...correctedReadings("one look", (corrected) => corrected),
    ],
  };
}

function relativeGroup({ comparisons }: MetricAnalysis, alpha: number): ReadingGroup {
  const confidence = confidenceWords(alpha);
  const of = (show: (relative: Extract<Comparison["relative"], { status: "ok" }>) => StatisticsCell) =>
    cellsOf(comparisons, ({ relative }) => relative, show);
  const intervalCell = (interval: Interval | null): StatisticsCell => ({
    text: formatRelativeInterval(interval),
    exact: interval === null ? null : exactInterval(interval),
  });
  return {
    title: "Relative difference",
    about:
      "The difference as a share of control's value (Fieller): excludes 0 exactly when the difference does.",
    readings: [
      {
        name: "Relative difference",
        about: "Difference divided by control's value.",
        cells: of(({ estimate }) => ({ text: formatRelative(estimate), exact: formatExact(estimate) })),
      },
      {
        name: `${confidence} interval, always valid`,
        about: "Holds at every look.",
        cells: of(({ alwaysValidInterval }) => intervalCell(alwaysValidInterval)),
      },
      {
        name: `${confidence} interval, one look`,
        about: "Holds only for a single look planned in advance.",
        cells: of(({ interval }) => intervalCell(interval)),
      },
    ],
  };
}

function secondOpinionGroup({ definition, comparisons }: MetricAnalysis, alpha: number): ReadingGroup {
  const of = (show: (posterior: Extract<Comparison["bayesian"], { status: "ok" }>) => StatisticsCell) =>
    cellsOf(comparisons, ({ bayesian }) => bayesian, show);
  return {
    title: "Second opinion (Bayesian)",
    about: "Normal likelihood, flat prior. Not protected against repeated looks; it never decides.",
    readings: [
      {
        name: "Chance to win",
        about: "How likely the treatment is better than control.",
        cells: of(({ chanceToWin }) => ({
          text: formatChance(chanceToWin),
          exact: formatExact(chanceToWin),
        })),
      },
      {
        name: "Expected loss",
        about: "What choosing the treatment costs on average if that is wrong.",
        cells: comparisons.map(({ bayesian, difference }) => {
          if (bayesian.status !== "ok") return { text: unavailableWords[bayesian.reason], exact: null };
          const precision = difference.status === "ok" ? difference.standardError / FINER : null;
          return {
            text: formatDifference(definition, bayesian.expectedLoss, precision).replace("+", ""),
            exact: exactValue(definition, bayesian.expectedLoss),
          };
        }),
      },
      {
        name: `${confidenceWords(alpha)} credible interval`,
        about: "Where the difference lies with this probability, given the data.",
        cells: of(({ credibleInterval: { lower, upper } }) => ({
          text: formatInterval(definition, { lower, upper }, ((upper ?? 0) - (lower ?? 0)) / 4 / FINER),
          exact: exactInterval({ lower, upper }),
        })),
      },
    ],
  };
}

function proportionGroup({ definition, comparisons }: MetricAnalysis): ReadingGroup[] {
  if (comparisons.every(({ proportion }) => proportion === null)) return [];
  const of = (show: (proportion: Extract<Comparison["proportion"], { status: "ok" }>) => StatisticsCell) =>
    cellsOf(comparisons, ({ proportion }) => proportion, show);
  return [
    {
      title: "As two proportions",
      about: "The classic test of two shares, where every unit counts once. For one planned look.",
      readings: [
        {
          name: "p-value",
          about: "Pooled z, or Fisher's exact test where counts are small.",
          cells: of(({ pValue, method }) => ({
            text: formatPValue(pValue),
            exact: `p = ${formatExact(pValue)}\n${method === "pooled_z" ? "Pooled z" : "Fisher's exact test"}`,
          })),
        },
        {
          name: "Interval",
          about: "Newcombe's, from the Wilson intervals of both arms.",
          cells: of(({ interval }) => ({
            text: formatInterval(
              definition,
              interval,
              ((interval.upper ?? 1) - (interval.lower ?? -1)) / 4 / FINER,
            ),
            exact: exactInterval(interval),
          })),
        },
      ],
    },
  ];
}

function medianGroup({ definition, comparisons }: MetricAnalysis, alpha: number): ReadingGroup[] {
  if (comparisons.every(({ median }) => median === null)) return [];
  const { estimate, alwaysValid, oneLook } = differenceReadings(
    definition,
    comparisons,
    ({ median }) => median,
    confidenceWords(alpha),
  );
  return [
    {
      title: "Difference of medians",
      about: "Outliers cannot bend it (Woodruff over units).",
      readings: [estimate, ...alwaysValid, ...oneLook],
    },
  ];
}

/** Every number a metric's comparisons hold, in groups, one line each. */
export function readingGroups(metric: MetricAnalysis, alpha: number): ReadingGroup[] {
  return [
    mainGroup(metric, alpha),
    relativeGroup(metric, alpha),
    secondOpinionGroup(metric, alpha),
    ...proportionGroup(metric),
    ...medianGroup(metric, alpha),
  ];
}
