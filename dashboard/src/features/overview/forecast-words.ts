import type { ActiveExperiment, Forecast } from "#contract/overview.ts";
import { formatCount, formatPercent, plural } from "#reporter/numbers.ts";

const HOURS_PER_DAY = 24;
const DAYS_PER_WEEK = 7;
const DAYS_PER_MONTH = 30;

/** A duration in one rounded part; finer would pretend to know more than a forecast can. */
export function formatDays(days: number): string {
  if (days === 0) return "at the next analysis";
  const hours = days * HOURS_PER_DAY;
  if (hours < 1) return "in less than an hour";
  const about = (count: number, noun: string) => `in about ${plural(formatCount(count), noun)}`;
  if (hours < HOURS_PER_DAY) return about(hours, "hour");
  if (days < 3 * DAYS_PER_WEEK) return about(days, "day");
  if (days < 3 * DAYS_PER_MONTH) return about(days / DAYS_PER_WEEK, "week");
  return about(days / DAYS_PER_MONTH, "month");
}

interface ForecastWords {
  text: string;
  /** What it assumes, or why there is none. */
  assumption: string;
}

type Expected = Extract<Forecast, { status: "expected" }>;
type UnknownReason = Extract<Forecast, { status: "unknown" }>["reason"];

const NO_PROMISE = "This is an estimate: the true difference may be larger or smaller.";

const outcomes: Record<Expected["basis"], string> = {
  observed_difference:
    "the always-valid interval of the primary metric excludes zero by then, which decides the experiment",
  minimum: "the difference is significant before the minimum units or duration, which is reached then",
  maximum: "the maximum units or duration is reached before the observed difference becomes significant",
};

function futilityWords({ futileChance }: Expected): string {
  return futileChance === undefined
    ? ""
    : `With a chance of ${formatPercent(futileChance)} it ends before as futile: an improvement could hardly be proven any more. `;
}

const headings: Record<Expected["basis"], string> = {
  observed_difference: "Decides",
  minimum: "Decides",
  maximum: "Ends",
};

const unknownWords: Record<UnknownReason, ForecastWords> = {
  no_traffic: {
    text: "No units arriving",
    assumption: "A forecast needs traffic.",
  },
  insufficient_data: {
    text: "Too early to say",
    assumption: "A forecast needs 30 seconds of traffic and a primary metric result for every treatment.",
  },
  no_difference_in_sight: {
    text: "No decision in sight",
    assumption:
      "At this rate and with the observed difference it would take more than a year, and no maximum is set. Stop the experiment or increase its traffic.",
  },
  on_hold: { text: "On hold", assumption: "Nothing is decided until the data problem is resolved." },
  not_by_difference: {
    text: "No forecast",
    assumption: "Its decision rule does not depend on the primary metric alone.",
  },
};

/** When an active experiment can be expected to end, in words, and what that takes for granted. */
export function describeForecast({ experiment, forecast, unitsPerDay }: ActiveExperiment): ForecastWords {
  if (experiment.status === "paused") {
    return { text: "Paused", assumption: "While paused, no units take part and nothing is decided." };
  }
  if (experiment.latestSummary === null) {
    return { text: "Too early to say", assumption: "Waiting for the first analysis." };
  }
  if (forecast.status === "unknown") return unknownWords[forecast.reason];
  const rate = plural(formatCount(unitsPerDay ?? 0), "unit");
  const more = plural(formatCount(forecast.units), "more unit");
  return {
    text: `${headings[forecast.basis]} ${formatDays(forecast.days)}${forecast.futileChance === undefined ? "" : ", or before as futile"}`,
    assumption: `If ${rate} a day arrive (${more}) and the difference stays the same, ${outcomes[forecast.basis]}. ${futilityWords(forecast)}${NO_PROMISE}`,
  };
}
