import type { ActiveExperiment, Forecast } from "#contract/overview.ts";
import { formatCount } from "#dashboard/format/number.ts";
import { plural } from "#dashboard/format/words.ts";

const HOURS_PER_DAY = 24;
const DAYS_PER_WEEK = 7;
const DAYS_PER_MONTH = 30;

/** A stretch of time in one rounded part; finer would pretend to know more than a forecast can. */
export function formatDays(days: number): string {
  if (days === 0) return "at the next look";
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

const NO_PROMISE = "The true difference may be larger or smaller, so this is no promise.";

const outcomes: Record<Expected["basis"], string> = {
  observed_difference:
    "the always-valid interval of the primary metric excludes zero then, and the experiment decides",
  minimum:
    "the difference is evident by then, and the minimum of units or time, which comes first, is reached",
  maximum: "its budget of units or time is used up then, before the difference seen so far would be evident",
};

const headings: Record<Expected["basis"], string> = {
  observed_difference: "Decides",
  minimum: "Decides",
  maximum: "Ends",
};

const unknownWords: Record<UnknownReason, ForecastWords> = {
  no_traffic: {
    text: "No units arriving",
    assumption: "Without units there is nothing to extrapolate from.",
  },
  insufficient_data: {
    text: "Too early to say",
    assumption:
      "A forecast needs half a minute of traffic and a first result of every treatment on the primary metric.",
  },
  no_difference_in_sight: {
    text: "No decision in sight",
    assumption:
      "At this rate and with the difference seen so far it would take more than a year, and no maximum of units or time is set. Stop it, or give it more traffic.",
  },
  on_hold: { text: "On hold", assumption: "Nothing is decided while the data cannot be trusted." },
  not_by_difference: {
    text: "No forecast",
    assumption: "Its rule decides by something else than the primary metric's difference alone.",
  },
};

/** When an active experiment can be expected to end, in words, and what that takes for granted. */
export function describeForecast({ experiment, forecast, unitsPerDay }: ActiveExperiment): ForecastWords {
  if (experiment.status === "paused") {
    return { text: "Paused", assumption: "While it is paused, nobody takes part and nothing is decided." };
  }
  if (experiment.latestSummary === null) {
    return { text: "Too early to say", assumption: "The first analysis is still to come." };
  }
  if (forecast.status === "unknown") return unknownWords[forecast.reason];
  const rate = plural(formatCount(unitsPerDay ?? 0), "unit");
  const more = plural(formatCount(forecast.units), "more unit");
  return {
    text: `${headings[forecast.basis]} ${formatDays(forecast.days)}`,
    assumption: `If ${rate} a day keep arriving (${more}) and the difference stays as it is: ${outcomes[forecast.basis]}. ${NO_PROMISE}`,
  };
}
