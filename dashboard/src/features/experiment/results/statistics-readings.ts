import { unavailableWords } from "#dashboard/format/words.ts";
import type { Comparison, Difference, MetricAnalysis } from "#model/analysis/analysis.ts";
import type { Interval } from "#model/analysis/interval.ts";
import {
  exactInterval,
  exactValue,
  formatInterval,
  formatRelative,
  formatRelativeInterval,
  formatSize,
} from "#reporter/metric-values.ts";
import { formatChance, formatExact, formatFixed, formatPValue } from "#reporter/numbers.ts";
import { confidenceWords, methodWords } from "./metric-titles.ts";
import {
  type Corrected,
  cellsOf,
  differenceReadings,
  FINER,
  NOT_APPLICABLE,
  pValueCell,
  type ReadingGroup,
  type StatisticsCell,
  type StatisticsRow,
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
  ): StatisticsRow[] => {
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
        `Valid for all ${family} treatments together, each at alpha / ${family}.`,
        ofFamily((corrected, error) => intervalCell(corrected.interval, error)),
      ),
      reading(
        `p-value, ${kind}, corrected`,
        `Corrected for ${family} treatments (Holm).`,
        ofFamily((corrected) => pValueCell(corrected.pValue)),
      ),
    ];
  };
  return {
    title: "Difference",
    about: "Treatment minus control. Decisions use the always-valid numbers.",
    readings: [
      estimate,
      reading("Standard error", "Typical random error of the difference.", (difference) => ({
        text: formatSize(definition, difference.standardError, difference.standardError / FINER),
        exact: exactValue(definition, difference.standardError),
      })),
      reading("Degrees of freedom", "Precision of the standard error.", (difference) => ({
        text: formatFixed(difference.degreesOfFreedom, difference.degreesOfFreedom < 100 ? 1 : 0),
        exact: `${formatExact(difference.degreesOfFreedom)}\n${methodWords[difference.method]}`,
      })),
      ...alwaysValid,
      ...correctedReadings("always valid", (corrected) => corrected.alwaysValid),
      reading("p-value, all analyses", "The smallest always-valid p-value of all analyses.", (difference) =>
        pValueCell(difference.running.pValue),
      ),
      reading(
        "Interval, all analyses",
        "The intersection of all analyses' always-valid intervals.",
        (difference) =>
          difference.running.interval === null
            ? { text: "Empty intersection", exact: null }
            : intervalCell(difference.running.interval, difference.standardError),
      ),
      ...oneLook,
      ...correctedReadings("fixed horizon", (corrected) => corrected),
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
      "The difference divided by control's value (Fieller). Excludes 0 exactly when the difference does.",
    readings: [
      {
        name: "Relative difference",
        about: "Difference divided by control's value.",
        cells: of(({ estimate }) => ({ text: formatRelative(estimate), exact: formatExact(estimate) })),
      },
      {
        name: `${confidence} interval, always valid`,
        about: "Valid however often you check.",
        cells: of(({ alwaysValidInterval }) => intervalCell(alwaysValidInterval)),
      },
      {
        name: `${confidence} interval, fixed horizon`,
        about: "Valid only for a single analysis planned in advance.",
        cells: of(({ interval }) => intervalCell(interval)),
      },
    ],
  };
}

function secondOpinionGroup({ definition, comparisons }: MetricAnalysis, alpha: number): ReadingGroup {
  const of = (show: (posterior: Extract<Comparison["bayesian"], { status: "ok" }>) => StatisticsCell) =>
    cellsOf(comparisons, ({ bayesian }) => bayesian, show);
  return {
    title: "Bayesian",
    about: "Normal likelihood, flat prior. Not corrected for repeated analyses, so not used in decisions.",
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
        about: "Average loss if the treatment is chosen but is worse.",
        cells: comparisons.map(({ bayesian, difference }) => {
          if (bayesian.status !== "ok") return { text: unavailableWords[bayesian.reason], exact: null };
          const precision = difference.status === "ok" ? difference.standardError / FINER : null;
          return {
            text: formatSize(definition, bayesian.expectedLoss, precision),
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
      about: "The classic test of two proportions, counting every unit once. Fixed horizon.",
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
      about: "Robust to outliers (Woodruff over units).",
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
