import { normalUpperQuantile } from "#analyzer/distributions/index.ts";
import { wilsonBounds } from "#analyzer/estimates/proportion-interval.ts";
import { QUESTIONS, type Question } from "./questions.ts";
import type { Count, Tally } from "./record.ts";
import type { Mode, Scenario } from "./scenario.ts";

/** `kept` and `missed` as measured; `chance` when missed by no more than the Monte-Carlo error allows. */
export type Verdict = "kept" | "chance" | "missed" | "shown";

/** One measured rate, or the mean of a number that was measured in every run. */
export interface Figure {
  question: string;
  scenario: string;
  title: string;
  mode: Mode;
  /** The guardrail, where a question is asked for several. */
  detail: string | undefined;
  hits: number;
  trials: number;
  rate: number;
  /** Its 95 % Monte-Carlo interval. */
  low: number;
  high: number;
  verdict: Verdict;
}

const Z = normalUpperQuantile(0.025);

function verdictOf({ bar }: Question, rate: number, low: number, high: number): Verdict {
  if (!bar) return "shown";
  if (bar.low <= rate && rate <= bar.high) return "kept";
  return low <= bar.high && bar.low <= high ? "chance" : "missed";
}

function boundsOf({ isMean }: Question, [sum, trials, squares]: Count): { lower: number; upper: number } {
  if (!isMean) return wilsonBounds({ successes: sum, units: trials }, Z);
  const mean = sum / trials;
  const reach = Z * Math.sqrt(Math.max(0, squares / trials - mean ** 2) / trials);
  return { lower: mean - reach, upper: mean + reach };
}

function figureOf(question: Question, count: Count) {
  const [hits, trials] = count;
  const rate = hits / trials;
  const { lower: low, upper: high } = boundsOf(question, count);
  return { hits, trials, rate, low, high, verdict: verdictOf(question, rate, low, high) };
}

/** What one scenario in one mode shows, in the order of the questions. */
export function figuresOf({ key: scenario, title }: Scenario, mode: Mode, tally: Tally): Figure[] {
  return QUESTIONS.flatMap((question) =>
    Object.entries(tally).flatMap(([asked, count]) => {
      const [key, detail] = asked.split(":");
      if (key !== question.key) return [];
      return [{ question: key, scenario, title, mode, detail, ...figureOf(question, count) }];
    }),
  );
}

/** The figures of one question, over all scenarios. */
export function figuresFor(figures: readonly Figure[], { key }: Question): Figure[] {
  return figures.filter((figure) => figure.question === key);
}
