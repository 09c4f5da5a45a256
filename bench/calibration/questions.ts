/** What a rate must be: the bar, as a closed range. `null` where a rate is shown for contrast only. */
export interface Bar {
  low: number;
  high: number;
}

export interface Question {
  key: string;
  title: string;
  /** The rate that the theory promises, or at most or at least promises. */
  nominal: number | null;
  bar: Bar | null;
  /** A mean of numbers, not a rate of yes and no. */
  isMean: boolean;
}

const ALPHA = 0.05;
const atMost = (nominal: number) => ({ nominal, bar: { low: 0, high: nominal } });
const atLeast = (nominal: number, low = nominal) => ({ nominal, bar: { low, high: 1 } });
const between = (nominal: number, low: number, high: number) => ({ nominal, bar: { low, high } });
const contrast = (nominal: number | null) => ({ nominal, bar: null });
const covers = between(1 - ALPHA, 0.94, 0.96);

const question = (key: string, title: string, expected: Pick<Question, "nominal" | "bar">): Question => ({
  key,
  title,
  isMean: false,
  ...expected,
});

const mean = (...[key, title, expected]: Parameters<typeof question>): Question => ({
  ...question(key, title, expected),
  isMean: true,
});

/** Everything a calibration asks, in the order of the report. */
export const QUESTIONS: readonly Question[] = [
  question("decision_any_time", "A/A: promoted, rolled back or switched off at any look", atMost(ALPHA)),
  question(
    "always_valid_any_time",
    "A/A: always-valid p below alpha at any look from 100 units on",
    atMost(ALPHA),
  ),
  question(
    "always_valid_from_first_look",
    "A/A: always-valid p below alpha at any look at all",
    contrast(ALPHA),
  ),
  question("fixed_any_time", "A/A: fixed-horizon p below alpha at any look (peeking)", contrast(ALPHA)),
  question("fixed_at_end", "A/A: fixed-horizon p below alpha at the end", between(ALPHA, 0.04, 0.065)),
  question("per_request_at_end", "A/A: the naive test over requests at the end", contrast(ALPHA)),
  question("coverage_fixed", "Fixed-horizon interval holds the difference", covers),
  question("coverage_relative", "Fixed-horizon interval holds the relative difference (Fieller)", covers),
  question("coverage_newcombe", "Newcombe's interval holds the difference", covers),
  question("coverage_family", "A/A: all corrected intervals hold 0", atLeast(1 - ALPHA, 0.94)),
  question("coverage_always_at_end", "Always-valid interval holds the difference at the end", atLeast(0.95)),
  question(
    "coverage_always",
    "Always-valid interval holds the difference at every look from 100 units on",
    atLeast(0.95),
  ),
  question(
    "coverage_always_from_first_look",
    "Always-valid interval holds the difference at every look",
    contrast(0.95),
  ),
  question("fixed_power", "A/B: found by the fixed-horizon test at the end", atLeast(0.8, 0.7)),
  question("decision_power", "A/B: the right decision at any look", atLeast(0.25)),
  question("decision_power_shown", "A/B: the right decision on a given effect at any look", contrast(null)),
  question("fixed_wrong", "A/B: wrong sign, of those significant at the end", atMost(0.005)),
  question("wrong_any_time", "A/B: a wrong decision at any look", atMost(ALPHA)),
  mean("units_to_end", "Units until the experiment ends, as a share of its maximum, mean", contrast(null)),
  question("right_promotion", "A/B: a variant that is better was promoted", contrast(null)),
  question("given_up", "Given up before the maximum: no prospect of a proof", contrast(null)),
  question("decision_wrong", "A/B: wrong decision, of those decided", atMost(0.025)),
  question("told_above_truth", "A/B: effect told at the promotion above the true one", atMost(0.5)),
  question("observed_above_truth", "A/B: effect observed at the promotion above the true one", contrast(0.5)),
  mean("told_ratio", "A/B: effect told at the promotion as a share of the true one, mean", atMost(1.1)),
  mean(
    "observed_ratio",
    "A/B: effect observed at the promotion as a share of the true one, mean",
    contrast(1),
  ),
  question("promoted_in_doubt", "Promoted while the data were in doubt", atMost(0)),
  question(
    "promoted_after_repair",
    "Promoted after a broken split was repaired and diluted, accepted by nobody",
    atMost(ALPHA),
  ),
  question("quantile_coverage", "p95: Woodruff's interval over units", between(0.95, 0.93, 0.97)),
  question("quantile_coverage_band", "p95: clustered band (Deng et al.)", contrast(0.95)),
  question("quantile_coverage_naive", "p95: band without regard to clusters", contrast(0.95)),
  question("quantile_any_time", "p95, A/A: always-valid p below alpha at any look", atMost(ALPHA)),
  question("quantile_coverage_always", "p95: always-valid interval at every look", atLeast(0.95)),
  question("quantile_coverage_always_at_end", "p95: always-valid interval at the end", atLeast(0.95)),
  question("repeated_coverage", "Repeated values: interval of the median's difference", atLeast(0.95, 0.94)),
  question(
    "repeated_any_time",
    "Repeated values, A/A: always-valid p below alpha at any look",
    atMost(ALPHA),
  ),
  question("repeated_wrong", "Repeated values: interval excludes 0 on the wrong side", atMost(0.025)),
  question("repeated_power", "Repeated values, A/B: always-valid p below alpha at the end", contrast(null)),
  question("repeated_coverage_always", "Repeated values: always-valid interval at every look", atLeast(0.95)),
  question(
    "repeated_coverage_always_at_end",
    "Repeated values: always-valid interval at the end",
    atLeast(0.95),
  ),
  question("misled_decision", "Data that mislead: promoted, or decided without a difference", atMost(ALPHA)),
  question("guardrail_alarm", "Guardrail called harmed at any look, harm = margin", atMost(ALPHA)),
  question("guardrail_safe", "Guardrail called safe at any look, harm = margin", atMost(ALPHA)),
  question("guardrail_found", "Guardrail called harmed at any look, harm = 2.5 margins", contrast(null)),
  question("split_alarm", "Split check alarmed at any look, sound split", atMost(0.001)),
  question("split_found", "Split check alarmed at any look, 58/42 for 50/50", atLeast(0.8)),
];
